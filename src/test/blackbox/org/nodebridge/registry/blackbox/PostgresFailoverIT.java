// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The primary is killed under load and its synchronous standby promoted; then the former primary comes back. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PostgresFailoverIT {

    private static final long SEED = Long.getLong("model.seed", System.nanoTime());
    private static final String MANUAL = "manual-failover";
    private static final Duration LONGEST_GAP = Duration.ofSeconds(15);
    private static final Duration LONGEST_READ_ONLY = Duration.ofSeconds(5);
    private static final Duration LOAD = Duration.ofSeconds(3);

    private static PostgresPair pair;
    private static Registry registry;
    private static LoadOfEvents load;

    @BeforeAll
    static void startServers() throws SQLException {
        pair = PostgresPair.start("failover", true);
        registry = pair.registry();
        load = new LoadOfEvents(registry.broker(), SEED, Registry.uniqueId("failover"), 100, 200);
    }

    @AfterAll
    static void stopServers() {
        load.close();
        pair.close();
    }

    /** A commit waits for it then, and whoever waits for that must not keep those who read, nor the process. */
    @Test
    @Tag("chaos")
    @Order(0)
    void waitsWhileNoSynchronousStandbyAnswersAndGoesOnWhenOneIsBack() {
        Held held = Held.before(registry);
        pair.standby().kill();
        PlainNode byEvent = PlainNode.unique("no-standby");
        registry.publish(Registry.INTROSPECTION, byEvent.id(), byEvent.introduction());

        eventually().untilAsserted(() -> assertThat(pair.health().at("/components/postgres/status").asText())
                .as(pair.health().toString()).isNotEqualTo("healthy"));
        assertThat(registry.get("/api/v1/registrations?limit=1").status()).isEqualTo(200);
        assertThat(registry.get("/health/live").status()).isEqualTo(200);

        pair.standby().start();
        Gap gap = Gap.of("The synchronous standby was lost, and is back");

        PlainNode manual = PlainNode.unique(MANUAL);
        eventually().until(() -> register(manual).status() < 202);
        gap.ended();
        eventually().untilAsserted(() -> {
            assertThat(registry.row(byEvent.id())).isPresent();
            assertThat(registry.consulService(byEvent.id())).isPresent();
            assertThat(pair.health().path("status").asText()).isEqualTo("healthy");
        });
        assertThat(History.in(registry.stores()).doubled()).isEmpty();
        assertThat(History.in(registry.stores()).gaps()).isEmpty();
        held.isLetGoBy(registry);
    }

    @Test
    @Order(1)
    void losesAndDoublesNothingWhenASynchronousStandbyIsPromoted() throws SQLException {
        long tokenBefore = pair.leaderToken();
        try (WatchingClient client = new WatchingClient(List.of(registry), SEED)) {
            load.begin();
            pass(LOAD);
            eventually().until(() -> {
                client.keepConnected();
                return client.lastId() != null;
            });
            PlainNode last = PlainNode.unique(MANUAL);
            assertThat(register(last).status()).isEqualTo(201);
            Held held = Held.before(registry);
            Gap gap = Gap.of("The primary was lost, and its standby promoted");

            pair.failOver();

            long promoted = System.nanoTime();
            eventually().until(() -> {
                String message = pair.health().at("/components/postgres/message").asText();
                assertThat(message.contains("read-only") && System.nanoTime() - promoted > LONGEST_READ_ONLY.toNanos())
                        .as(message).isFalse();
                return register(PlainNode.unique(MANUAL)).status() == 201;
            });
            assertThat(gap.ended()).isLessThan(LONGEST_GAP);
            eventually().until(() -> System.nanoTime() - promoted > LONGEST_READ_ONLY.toNanos());
            int logged = registry.liberty().log().length();
            pass(LOAD);
            load.end();

            assertThat(registry.liberty().log().substring(logged)).as("errors later than 5 s after the promotion")
                    .doesNotContain("read-only");
            assertThat(pair.storesOfStandby().row(last.id())).as("what was answered before").isPresent();
            awaitAgreement();
            eventually().until(() -> pair.leaderToken() > 0);
            assertThat(pair.leaderToken()).isGreaterThan(tokenBefore);
            assertThat(pair.leaderToken() >> 32).as("timeline in the token").isEqualTo(2);
            eventually().untilAsserted(() -> {
                client.keepConnected();
                assertThat(client.resyncs()).isPositive();
                assertThat(client.known()).isEqualTo(WatchingClient.inTable(pair.storesOfStandby()));
            });
            assertThat(client.faults()).isEmpty();
            held.isLetGoBy(registry, pair.storesOfStandby());
        }
    }

    /** Nothing tells it from a primary but its timeline. */
    @Test
    @Tag("chaos")
    @Order(2)
    void refusesTheFormerPrimaryThatComesBack() throws SQLException {
        if (pair.leaderToken() >> 32 < 2) { // alone, as -Pchaos runs it
            pair.failOver();
            eventually().until(() -> pair.leaderToken() >> 32 == 2);
        }
        Held held = Held.before(registry);
        pair.standby().stop();
        pair.primary().start();
        PlainNode node = PlainNode.unique("former-primary");

        eventually().untilAsserted(() -> assertThat(pair.health().at("/components/postgres/message").asText())
                .contains("timeline 1", "timeline 2"));
        registry.publish(Registry.INTROSPECTION, node.id(), node.introduction());
        eventually().until(() -> registry.consulService(node.id()).isPresent());
        assertThat(registry.get("/api/v1/registrations").status()).isEqualTo(503);
        assertThat(registry.send(registry.request("/health/live").GET()).status()).isEqualTo(200);
        assertThat(registry.row(node.id())).as("row at the former primary").isEmpty();

        pair.primary().kill();
        pair.standby().start();
        Gap gap = Gap.of("A former primary took writes, and the primary is back");

        eventually().until(() -> pair.storesOfStandby().row(node.id()).isPresent());
        gap.ended();
        eventually().until(() -> pair.health().path("status").asText().equals("healthy"));
        held.isLetGoBy(registry, pair.storesOfStandby());
    }

    private static Answer register(PlainNode node) {
        return registry.post("/api/v1/registrations", node.payload());
    }

    private static void awaitAgreement() {
        eventually().untilAsserted(() -> Agreement
                .of(load.fold(), pair.storesOfStandby(), nodeId -> !nodeId.startsWith(MANUAL))
                .assertComplete(SEED));
    }

    private static void pass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusMinutes(1)).until(() -> true);
    }
}
