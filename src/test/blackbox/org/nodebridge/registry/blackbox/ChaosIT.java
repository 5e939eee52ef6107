// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.nodebridge.registry.servers.ServerGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two replicas and 300 events a second, while one server after the other is killed, frozen or made to refuse: after
 * each, both stores are what the model says. A table of all of it is in {@code target/chaos.txt} at the end.
 */
@Tag("chaos")
class ChaosIT {

    private static final Logger LOG = LoggerFactory.getLogger(ChaosIT.class);
    private static final int EVENTS_PER_SECOND = 300;
    private static final int NODES = 300;
    private static final Duration CALM = Duration.ofSeconds(5);
    private static final Duration CONVERGENCE = Duration.ofMinutes(3);
    private static final String STALE = "registry_registrations_total{outcome=\"stale\",store=\"postgres\"}";
    private static final String LINE = "%-28s | %7s | %5s | %7s | %13s | %22s";
    private static final List<String> TABLE = new ArrayList<>(List.of(LINE.formatted(
            "fault", "events", "lost", "doubled", "stale refused", "seconds to convergence")));

    private static final long SEED = Long.getLong("model.seed", System.nanoTime());

    /** What the names of the faults must contain, where not all of them are wanted. */
    private static final String FAULT = System.getProperty("chaos.fault", "");

    private static final Set<String> GONE = new HashSet<>();

    private static ServerGroup servers;
    private static List<Registry> replicas;
    private static ConsumerGroup group;
    private static LoadOfEvents load;

    @BeforeAll
    static void startServers() {
        LOG.atInfo().addKeyValue("model.seed", SEED).log("The seed of this run");
        servers = Backends.start("chaos");
        replicas = Stream.of("one", "two")
                .map(name -> Registry.on(
                        servers, Backends.emptyDirectory("chaos/" + name), Map.of(
                                "REGISTRY_LEASE_TTL", "PT12H")))
                .toList();
        replicas.forEach(replica -> replica.liberty().launchOnly());
        replicas.forEach(replica -> replica.liberty().awaitOk("/health/started", Duration.ofMinutes(5)));
        group = new ConsumerGroup(servers);
        load = new LoadOfEvents(
                replicas.get(0).broker(), SEED, Registry.uniqueId("chaos"), NODES, EVENTS_PER_SECOND);
    }

    @AfterAll
    static void stopServers() throws IOException {
        load.close();
        replicas.forEach(replica -> replica.liberty().stop());
        servers.stop(line -> {});
        String table = String.join("\n", TABLE) + "\n";
        LOG.atInfo().addKeyValue("model.seed", SEED).log("\n" + table);
        Files.writeString(ProjectDirectory.target().resolve("chaos.txt"), table);
    }

    static List<Fault> faults() {
        return Fault.all(servers, replicas.get(0)).stream().filter(fault -> fault.name().contains(FAULT)).toList();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void bothStoresEqualTheModelAfter(Fault fault) {
        eventually().untilAsserted(() -> assertThat(replicas)
                .allSatisfy(replica -> assertThat(replica.get("/api/v1/health").json().path("status").asText())
                        .isEqualTo("healthy")));
        List<Double> staleBefore = stale();
        int eventsBefore = load.events();
        load.begin();
        pass(CALM);
        Set<String> poisonBefore = load.poison();

        List<Held> held = replicas.stream().map(Held::before).toList();

        fault.strike().run();
        pass(fault.time());
        fault.heal().run();

        Gap gap = Gap.of(fault + ": until all that had piled up was in both stores");
        load.end();
        Agreement agreement = converged();
        long seconds = gap.ended().toSeconds();
        TABLE.add(LINE.formatted(
                fault, load.events() - eventsBefore, agreement.lost().size(), agreement.doubled().size(),
                Math.round(staleSince(staleBefore)), agreement.complete() ? seconds : "not in " + seconds));
        LOG.info("\n" + String.join("\n", TABLE));
        agreement.assertComplete(SEED);
        assertThat(group.lag()).as("records not committed").isZero();
        onlyPoisonIsSetAside(fault, poisonBefore);
        for (int i = 0; i < replicas.size(); i++) {
            held.get(i).isLetGoBy(replicas.get(i));
        }
    }

    private static Agreement converged() {
        Agreement[] last = new Agreement[1];
        try {
            eventually().atMost(CONVERGENCE).pollInterval(Duration.ofMillis(500)).ignoreExceptions().until(() -> {
                Stores stores = replicas.get(0).stores();
                last[0] = group.lag() == 0 && stores.pendingForConsul() == 0 ? Agreement.of(load.fold(), stores) : null;
                return last[0] != null && last[0].complete();
            });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            last[0] = Agreement.of(load.fold(), replicas.get(0).stores());
        }
        return last[0];
    }

    private static void onlyPoisonIsSetAside(Fault fault, Set<String> poisonBefore) {
        Set<String> letters = new HashSet<>();
        replicas.get(0).deadLetters(Registry.INTROSPECTION)
                .forEach(letter -> letters.add(new String(letter.value(), UTF_8)));
        Set<String> expected = load.poison();
        assertThat(expected).as("dead letters").containsAll(letters);
        if (fault.takesDeadLetters()) {
            // what was there went with the topic, and it is not the registry that has lost it
            GONE.addAll(poisonBefore);
        }
        expected.removeAll(GONE);
        assertThat(letters).as("dead letters").containsAll(expected);
        assertThat(replicas.get(0).deadLetters(Registry.HEARTBEAT)).as("dead letters").isEmpty();
    }

    private static List<Double> stale() {
        return replicas.stream().map(replica -> Metrics.of(replica).value(STALE)).toList();
    }

    /** A replica that was killed counts from zero again. */
    private static double staleSince(List<Double> before) {
        List<Double> now = stale();
        double since = 0;
        for (int i = 0; i < now.size(); i++) {
            since += now.get(i) < before.get(i) ? now.get(i) : now.get(i) - before.get(i);
        }
        return since;
    }

    private static void pass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusMinutes(1)).until(() -> true);
    }
}
