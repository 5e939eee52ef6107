// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.nodebridge.registry.servers.PostgresServer;
import org.nodebridge.registry.servers.ServerGroup;

/** Heartbeats are collected, cost next to nothing, and none is lost. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HeartbeatsIT {

    /** With heartbeats as often as ten thousand have them that send one every half a minute. */
    private static final int NODES = 2_000;
    private static final int HEARTBEAT_EVERY_SECONDS = 6;
    private static final Duration MEASURED = Duration.ofSeconds(12);
    private static final String RECEIVED = "registry_heartbeats_total{outcome=\"received\"}";
    private static final String FLUSHED = "registry_heartbeats_total{outcome=\"flushed\"}";
    private static final String UNKNOWN = "registry_heartbeats_total{outcome=\"unknown\"}";

    private static ServerGroup servers;
    private static ConsumerGroup group;
    private static Registry patient;
    private static Registry registry;

    @BeforeAll
    static void startServers() {
        servers = Backends.start("heartbeats");
        group = new ConsumerGroup(servers);
        // collects for longer than any test lasts; who stood still for a while keeps its partitions
        patient = Registry.on(servers, Backends.emptyDirectory("heartbeats/patient"), Map.of(
                "REGISTRY_LEASE_FLUSH_INTERVAL", "PT1H",
                "MP_MESSAGING_INCOMING_NODE_EVENTS_SESSION_TIMEOUT_MS", "30000"));
        // no lease ends here, or Consul would be written for that
        registry = Registry.on(servers, Backends.emptyDirectory("heartbeats/liberty"), Map.of(
                "REGISTRY_RETRY_LAST_DELAY", "PT2S", "REGISTRY_LEASE_TTL", "PT1H",
                "REGISTRY_INTROSPECTION_REQUEST_INTERVAL", "PT1H",
                "MP_MESSAGING_INCOMING_NODE_EVENTS_SESSION_TIMEOUT_MS", "30000"));
    }

    @AfterAll
    static void stopServers() {
        patient.liberty().kill();
        registry.liberty().kill();
        servers.kill();
    }

    @Test
    @Order(1)
    void losesNoCollectedHeartbeatWhenItIsKilledAndWritesThemWhenItIsStopped() {
        patient.liberty().start();
        FleetNode node = bridge(Registry.uniqueId("collected"), "effect");
        introduce(patient, node);
        // what Consul has confirmed is noted after the commit
        eventually().until(() -> group.lag() == 0 && patient.stores().pendingForConsul() == 0);
        JsonNode before = patient.row(node.id()).orElseThrow();
        patient.publish(Registry.HEARTBEAT, node.id(), node.heartbeat(Instant.now(), "healthy"));
        eventually().until(() -> Metrics.of(patient).value(RECEIVED) >= 1);

        patient.liberty().kill();

        assertThat(group.lag()).as("the heartbeat is not committed").isEqualTo(1);
        assertThat(patient.row(node.id())).as("and not written").hasValue(before);
        patient.liberty().start();
        eventually().until(() -> Metrics.of(patient).value(RECEIVED) >= 1);
        assertThat(group.lag()).isEqualTo(1);

        patient.liberty().stop();

        assertThat(patient.liberty().exitCode()).as("exit code, 137 when it had to be killed").hasValue(143);
        JsonNode renewed = patient.row(node.id()).orElseThrow();
        assertThat(leaseEnd(renewed)).isAfter(leaseEnd(before));
        assertThat(renewed.path("health_status").textValue()).isEqualTo("healthy");
        assertThat(group.lag()).as("what is written is committed").isZero();
    }

    @Test
    @Order(2)
    void asksTheTypeOfAnUnknownNodeOnceHoweverManyHeartbeatsCome() {
        registry.liberty().start();
        eventually().until(() -> requests("startup").size() >= 2);
        assertThat(requests("recovery")).isEmpty();
        String nodeId = Registry.uniqueId("unknown");
        FleetNode node = bridge(nodeId, "reducer");

        for (int i = 0; i < 50; i++) {
            byte[] heartbeat = node.heartbeat(Instant.now(), "healthy");
            registry.publish(Registry.HEARTBEAT, nodeId, heartbeat);
            if (i % 20 == 0) {
                double before = i;
                // so that they are in several flushes
                eventually().until(() -> Metrics.of(registry).value(RECEIVED) > before && group.lag() == 0);
            }
        }
        eventually().until(() -> group.lag() == 0);

        eventually().untilAsserted(() -> {
            assertThat(Metrics.of(registry).value(RECEIVED)).isGreaterThanOrEqualTo(50);
            assertThat(Metrics.of(registry).value(UNKNOWN)).isGreaterThanOrEqualTo(3);
        });
        assertThat(Metrics.of(registry).value(FLUSHED)).isZero();
        assertThat(registry.row(nodeId)).as("a heartbeat registers nobody").isEmpty();
        eventually().until(() -> !requests("recovery").isEmpty());
        List<JsonNode> asked = requests("recovery");
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0).at("/payload/target_node_types")).isEqualTo(Json.parse("[\"reducer\"]"));
        assertThat(asked.get(0).at("/event_type").textValue()).isEqualTo("registry_request_introspection");
    }

    @Test
    @Order(3)
    void keepsNoHeartbeatOverHttpWhilePostgresIsUnavailable() {
        FleetNode node = bridge(Registry.uniqueId("outage"), "effect");
        introduce(registry, node);
        eventually().until(() -> registry.row(node.id()).isPresent());
        PostgresServer postgres = servers.postgres().orElseThrow();
        postgres.stop();
        try {
            Answer answer = registry.post(heartbeatOf(node.id()), Json.object("{}"));

            RegistrationsApiIT.isProblem(answer, 503, "store-unavailable");
            assertThat(answer.json().path("detail").textValue()).contains("not kept");
            assertThat(answer.header("Retry-After")).isNotEmpty();
        } finally {
            postgres.start();
        }
        eventually().untilAsserted(() -> assertThat(
                registry.post(heartbeatOf(node.id()), Json.object("{}")).status())
                .isEqualTo(200));
    }

    @Test
    @Order(4)
    void heartbeatsOfThousandsOfNodesCostConsulNothingAndPostgresNextToNothing() throws InterruptedException {
        String prefix = Registry.uniqueId("many");
        List<FleetNode> nodes = PlainNode.many(prefix, NODES).map(node -> bridge(node.id(), "effect")).toList();
        nodes.forEach(node -> registry.broker().send(new ProducerRecord<>(
                Registry.INTROSPECTION, node.introduction(node.facts(Instant.now(), 1)))));
        eventually().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            assertThat(group.lag()).isZero();
            assertThat(registry.stores().consulServices().keySet().stream().filter(id -> id.startsWith(prefix)))
                    .hasSize(NODES);
            assertThat(registry.stores().pendingForConsul()).isZero();
        });
        Load idle = Load.during(registry, () -> true);

        AtomicInteger next = new AtomicInteger();
        Load busy;
        Metrics before = Metrics.of(registry);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try {
            long everyMicros = TimeUnit.SECONDS.toMicros(HEARTBEAT_EVERY_SECONDS) / NODES;
            clock.scheduleAtFixedRate(
                    () -> {
                        FleetNode node = nodes.get(next.getAndIncrement() % NODES);
                        registry.broker().scatter(Registry.HEARTBEAT, node.heartbeat(Instant.now(), "healthy"));
                    },
                    0, everyMicros, TimeUnit.MICROSECONDS);
            busy = Load.during(registry, () -> next.get() > 1_000);
        } finally {
            clock.shutdown();
            assertThat(clock.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
        long heartbeats = next.get();

        // each that is sent is received, and renews its node unless it came with another of that node
        eventually().untilAsserted(() -> {
            assertThat(group.lag()).isZero();
            Metrics after = Metrics.of(registry);
            assertThat(after.since(before, RECEIVED)).isGreaterThanOrEqualTo(heartbeats);
            assertThat(after.since(before, FLUSHED)).as("rows renewed")
                    .isGreaterThanOrEqualTo(Math.min(heartbeats, NODES));
            assertThat(registry.stores().rowsOf(prefix).values()).as("rows with a heartbeat")
                    .filteredOn(row -> row.path("last_seen_by").asText().equals("heartbeat"))
                    .hasSize((int) Math.min(heartbeats, NODES));
            assertThat(after.since(before, UNKNOWN)).isZero();
        });
        assertThat(busy.serviceWrites()).as("entries that Consul has written").isZero();
        double longer = busy.seconds() / idle.seconds();
        assertThat((double) busy.raftEntries()).as("entries in Consul's log in %s, and %s", busy, idle)
                .isLessThanOrEqualTo(idle.raftEntries() * longer + 10);
        assertThat(idle.commits()).as("commits without heartbeats, as PostgreSQL counts them").isPositive();
        // a flush every two seconds is one transaction; a commit for each heartbeat would be hundreds a second
        double most = 1.5 * idle.commits() * longer + 3 * busy.seconds();
        assertThat((double) busy.commits())
                .as("commits for %d heartbeats in %s, and without in %s", heartbeats, busy, idle)
                .isLessThan(most);
        assertThat((double) heartbeats).as("more than enough to tell").isGreaterThan(3 * (most - idle.commits()));
    }

    private static FleetNode bridge(String id, String type) {
        return new FleetNode(id, type, FleetNode.Dialect.BRIDGE, 0);
    }

    private static void introduce(Registry registry, FleetNode node) {
        registry.publish(
                Registry.INTROSPECTION, node.id(), node.introduction(node.facts(Instant.now().minusSeconds(1), 1)));
    }

    private static String heartbeatOf(String nodeId) {
        return "/api/v1/registrations/" + nodeId + "/heartbeat";
    }

    private static Instant leaseEnd(JsonNode row) {
        return NodeFacts.instant(row.path("lease_expires_at").textValue());
    }

    private static List<JsonNode> requests(String reason) {
        return registry.broker().records(Registry.REQUESTS).stream()
                .map(request -> Json.parse(new String(request.value(), UTF_8)))
                .filter(request -> request.at("/payload/reason").asText().equals(reason))
                .toList();
    }

    /**
     * What a stretch of time has cost the stores.
     *
     * @param seconds that it has lasted
     * @param commits of the registry's database
     * @param raftEntries of Consul's log, by any writer
     * @param serviceWrites how many of Consul's services and checks were written
     */
    private record Load(double seconds, long commits, long raftEntries, long serviceWrites) {

        /** For as long as is measured, and until there is enough to tell. */
        static Load during(Registry registry, BooleanSupplier enough) {
            Load before = now(registry);
            Instant end = Instant.now().plus(MEASURED);
            eventually().until(() -> Instant.now().isAfter(end) && enough.getAsBoolean());
            Load after = now(registry);
            return new Load(
                    after.seconds - before.seconds,
                    after.commits - before.commits,
                    after.raftEntries - before.raftEntries,
                    after.serviceWrites - before.serviceWrites);
        }

        private static Load now(Registry registry) {
            long commits = registry.stores()
                    .query("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
                    .get(0)
                    .path("xact_commit")
                    .asLong();
            long applied = registry.stores().consul("/v1/agent/self").at("/Stats/raft/applied_index").asLong();
            // every write of an entry gives it the index of that write
            long lastWritten = 0;
            for (JsonNode check : registry.stores().consul("/v1/health/node/nodebridge")) {
                lastWritten = Math.max(lastWritten, check.path("ModifyIndex").asLong());
            }
            return new Load(System.nanoTime() / 1e9, commits, applied, lastWritten);
        }
    }
}
