// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.EarlierVersion;
import org.nodebridge.registry.servers.Needed;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.nodebridge.registry.servers.ServerGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two replicas of the version with the schema before today's, 300 events a second and a client that registers manually:
 * one replica after the other becomes today's version, which migrates under the other's feet, and one goes back again.
 * A report is in {@code target/rolling-upgrade.txt} at the end.
 */
@Tag("chaos")
class RollingUpgradeIT {

    private static final Logger LOG = LoggerFactory.getLogger(RollingUpgradeIT.class);
    private static final int EVENTS_PER_SECOND = 300;
    private static final int NODES = 300;
    private static final Duration CALM = Duration.ofSeconds(10);
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration CONVERGENCE = Duration.ofMinutes(3);
    private static final long SEED = Long.getLong("model.seed", System.nanoTime());

    private static final List<String> REPORT = new ArrayList<>();

    private static EarlierVersion before;
    private static ServerGroup servers;

    /** As they are now; at the same addresses, in every version. */
    private static List<Registry> replicas;

    @BeforeAll
    static void startTheVersionBefore() throws IOException {
        before = Needed.orSkip(EarlierVersion.find(), EarlierVersion.HOW_TO_GET);
        servers = Backends.start("upgrade");
        replicas = new ArrayList<>(Stream.of("one", "two")
                .map(name -> Registry.on(servers, Backends.emptyDirectory("upgrade/" + name), Map.of(
                        "REGISTRY_LEASE_TTL", "PT12H"))
                        .of(before))
                .toList());
        replicas.forEach(replica -> replica.liberty().launchOnly());
        replicas.forEach(RollingUpgradeIT::awaitAtWork);
    }

    @AfterAll
    static void stop() throws IOException {
        if (replicas != null) {
            replicas.forEach(replica -> replica.liberty().stop());
            servers.stop(line -> {});
            String report = String.join("\n", REPORT) + "\n";
            LOG.atInfo().addKeyValue("model.seed", SEED).log("\n" + report);
            Files.writeString(ProjectDirectory.target().resolve("rolling-upgrade.txt"), report);
        }
    }

    @Test
    void losesNothingWhileOneReplicaAfterTheOtherIsReplaced() throws Exception {
        Registry any = replicas.get(0);
        String schemaBefore = schema();
        ManualTraffic byHand = new ManualTraffic(List.copyOf(replicas));
        Agreement agreement;
        try (LoadOfEvents load = new LoadOfEvents(
                any.broker(), SEED, Registry.uniqueId("upgrade"), NODES, EVENTS_PER_SECOND)) {
            load.begin();
            pass(CALM);
            replace(0, any.ofToday(), "one becomes today's");
            assertThat(schema()).as("the schema, migrated beside the version before").isNotEqualTo(schemaBefore);
            pass(CALM);
            replace(1, replicas.get(1).ofToday(), "two becomes today's");
            pass(CALM);
            String schemaNow = schema();
            replace(0, any.of(before), "one goes back");
            assertThat(schema()).as("the schema, with the version before back on it").isEqualTo(schemaNow);
            pass(CALM);
            load.end();
            byHand.close();
            agreement = converged(load, byHand.prefix());
            assertThat(deadLetters(any)).as("dead letters").isEqualTo(load.poison());
            REPORT.add("%s to today, schema %s to %s: %d events, %d lost, %d doubled; %s, %d wrong".formatted(
                    before.name(), schemaBefore, schemaNow, load.events(), agreement.lost().size(),
                    agreement.doubled().size(), byHand.summary(), byHand.wrong().size()));
        } finally {
            byHand.close();
        }
        agreement.assertComplete(SEED);
        assertThat(byHand.wrong()).as("answers to manual calls").isEmpty();
        noManualRegistrationIsLost(byHand, any.stores());
        assertThat(any.deadLetters(Registry.HEARTBEAT)).as("dead letters").isEmpty();
    }

    private static void replace(int which, Registry by, String what) {
        long began = System.nanoTime();
        replicas.get(which).liberty().stop();
        long stopped = System.nanoTime();
        by.liberty().launchOnly();
        awaitAtWork(by);
        replicas.set(which, by);
        REPORT.add("%s: stopped in %d s, ready in %d s".formatted(
                what, Duration.ofNanos(stopped - began).toSeconds(),
                Duration.ofNanos(System.nanoTime() - stopped).toSeconds()));
    }

    /** Ready means that it takes requests; the schema may be migrated after that. */
    private static void awaitAtWork(Registry replica) {
        replica.liberty().awaitOk("/health/ready", START);
        eventually().ignoreExceptions()
                .until(() -> replica.get("/api/v1/health").json().path("status").asText().equals("healthy"));
    }

    private static Agreement converged(LoadOfEvents load, String byHand) {
        ConsumerGroup group = new ConsumerGroup(servers);
        Stores stores = replicas.get(0).stores();
        Agreement[] last = new Agreement[1];
        try {
            eventually().atMost(CONVERGENCE).pollInterval(Duration.ofMillis(500)).ignoreExceptions().until(() -> {
                boolean settled = group.lag() == 0 && stores.pendingForConsul() == 0;
                last[0] = settled ? Agreement.of(load.fold(), stores, id -> !id.startsWith(byHand)) : null;
                return settled && last[0].complete();
            });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            last[0] = Agreement.of(load.fold(), stores, id -> !id.startsWith(byHand));
        }
        return last[0];
    }

    /** Each version that was accepted is one row of the history, and the last one stands in both stores. */
    private static void noManualRegistrationIsLost(ManualTraffic byHand, Stores stores) {
        Map<String, JsonNode> rows = stores.rowsOf(byHand.prefix());
        Map<String, ConsulService> services = stores.consulServices();
        Map<String, Integer> registered = byHand.registered();
        assertThat(rows.keySet()).isEqualTo(registered.keySet());
        registered.forEach((node, version) -> {
            assertThat(rows.get(node).path("node_version").textValue()).as(node).isEqualTo(version + ".0.0");
            assertThat(services.get(node).meta()).as(node).containsEntry("version", version + ".0.0");
            assertThat(stores.query("SELECT count(*) FROM registration_history WHERE tool_id = '" + node + "'")
                    .get(0).path("count").asInt())
                    .as("changes of %s", node).isEqualTo(version);
        });
    }

    private static Set<String> deadLetters(Registry replica) {
        return replica.deadLetters(Registry.INTROSPECTION).stream()
                .map(letter -> new String(letter.value(), UTF_8))
                .collect(Collectors.toSet());
    }

    private static String schema() {
        return replicas.get(0).stores()
                .query("SELECT version FROM node_bridge_registry_schema WHERE success"
                        + " ORDER BY installed_rank DESC LIMIT 1")
                .get(0).path("version").textValue();
    }

    private static void pass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusMinutes(1)).until(() -> true);
    }
}
