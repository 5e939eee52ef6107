// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.JavaHomes;
import org.nodebridge.registry.servers.LibertyServer;

/** Two replicas that start at once on an empty database, on the oldest and the newest JDK there is. */
class StartupIT {

    /** A Liberty alone takes twelve seconds; two at once on a machine that has other work, minutes. */
    private static final Duration START = Duration.ofMinutes(5);

    private static final String CREATED = "registry_registrations_total{outcome=\"created\",store=\"postgres\"}";

    // those that the application supports; one alone stands for both ends
    private static final SortedMap<Integer, Path> JDKS = JavaHomes.installed().tailMap(17);

    private static SeparateRegistry registry;
    private static Registry older;
    private static Registry newer;

    @BeforeAll
    static void startBothAtOnce() {
        registry = SeparateRegistry.on(
                Backends.shared(), "replicas", Map.of("CONSUL_HTTP_TOKEN", Logs.CONSUL_TOKEN));
        older = registry.replica("older").onJava(JDKS.get(JDKS.firstKey()));
        newer = registry.replica("newer").onJava(JDKS.get(JDKS.lastKey()));
        List.of(older, newer).forEach(replica -> replica.liberty().launchOnly());
        List.of(older, newer).forEach(replica -> replica.liberty().awaitOk("/health/started", START));
    }

    @AfterAll
    static void stop() {
        List.of(older, newer).forEach(replica -> replica.liberty().stop());
        List.of(older, newer).forEach(replica -> assertThat(Logs.withSecrets(replica.liberty(), Backends.shared()))
                .as("logs with secrets in them")
                .isEmpty());
    }

    @Test
    void replicasThatStartTogetherBothComeUpAndShareThePartitions() {
        eventually().untilAsserted(() -> {
            assertThat(older.get("/health/ready").status()).isEqualTo(200);
            assertThat(newer.get("/health/ready").status()).isEqualTo(200);
            assertThat(assignedPartitions(older)).isPositive();
            assertThat(assignedPartitions(newer)).isPositive();
            assertThat(assignedPartitions(older) + assignedPartitions(newer)).isEqualTo(12);
        });
        List<PlainNode> nodes = PlainNode.many(Registry.uniqueId("replicas"), 50).toList();

        nodes.forEach(node -> older.publish(registry.topic(Registry.INTROSPECTION), node.id(), node.introduction()));

        eventually().untilAsserted(() -> {
            JsonNode fromOlder = older.get("/api/v1/registrations").json().path("registrations");
            assertThat(fromOlder).hasSameSizeAs(nodes);
            assertThat(fromOlder)
                    .allSatisfy(node -> assertThat(node.at("/stores/consul").textValue()).isEqualTo("registered"));
            assertThat(newer.get("/api/v1/registrations").json().path("registrations")).isEqualTo(fromOlder);
        });
        assertThat(Metrics.of(older).value(CREATED) + Metrics.of(newer).value(CREATED))
                .as("nodes created, each by one replica")
                .isEqualTo(nodes.size());
        assertThat(Metrics.of(older).value(CREATED)).isPositive();
        assertThat(Metrics.of(newer).value(CREATED)).isPositive();
    }

    @Test
    void runsOnTheOldestJdkThereIs() {
        assertThat(older.liberty().log()).containsPattern("VM, version " + JDKS.firstKey() + "[.+]");
        assertThat(older.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void runsOnTheNewestJdkThereIs() {
        assertThat(newer.liberty().log()).containsPattern("VM, version " + JDKS.lastKey() + "[.+]");
        assertThat(newer.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void badSettingsAreAllNamedAndEndTheProcess() {
        String password = "password-of-a-database-that-is-not-there";
        LibertyServer liberty = LibertyServer.in(Backends.emptyDirectory("bad-settings"), Map.of(
                "JVM_ARGS", Registry.QUICK_START,
                "CONSUL_PORT", "notaport",
                "REGISTRY_LEASE_TTL", "soon",
                "REGISTRY_OPERATOR_PASSWORD", Registry.OPERATOR_PASSWORD,
                "CONSUL_HTTP_TOKEN", Logs.CONSUL_TOKEN,
                "POSTGRES_PASSWORD", password));

        liberty.launchOnly();

        assertThat(liberty.awaitExit(START)).as("exit code, of configuration errors").hasValue(78);
        assertThat(liberty.log())
                .contains("registry.consul.port (CONSUL_PORT) must be a whole number from 1 to 65535")
                .contains("\"notaport\"")
                .contains("registry.lease.ttl must be an ISO-8601 duration")
                .contains("\"soon\"");
        assertThat(Logs.withSecrets(liberty, password)).as("logs with secrets in them").isEmpty();
    }

    private static int assignedPartitions(Registry replica) {
        return replica.get("/api/v1/health")
                .json()
                .at("/components/kafka/details/assigned_partitions")
                .intValue();
    }
}
