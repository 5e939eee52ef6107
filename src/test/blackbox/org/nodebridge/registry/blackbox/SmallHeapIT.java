// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.nodebridge.registry.servers.ServerGroup;

/**
 * A registry with the heap of the deployment files, and every kind of input. It stays the same process. The
 * short form of the first test is in {@link KafkaRecordsIT}.
 */
@Tag("chaos")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SmallHeapIT {

    private static final int RECORDS = Integer.getInteger("hostile.records", 10_000);
    private static final int LARGE_NODES = 300;
    private static final int WATCHERS = 50;
    private static final int TEXT = 31_000;
    private static final Duration LONG = Duration.ofMinutes(8);

    private static ServerGroup servers;
    private static Registry registry;
    private static RegistryProcess process;

    private Instant start;
    private HttpPoll poll;

    @BeforeAll
    static void startWithASmallHeap() {
        System.out.println("-Dhostile.seed=" + HostileInput.SEED);
        servers = Backends.start("small-heap");
        registry = Registry.on(servers, Backends.emptyDirectory("small-heap/liberty"), Map.of(
                "JVM_ARGS", "-Xmx512m",
                "REGISTRY_RECONCILE_INTERVAL", "PT5S",
                // what is slow on a busy machine is no failure
                "POSTGRES_READ_TIMEOUT", "60s",
                "REGISTRY_CONSUL_HEALTH_TIMEOUT", "10000",
                "HTTP_READ_TIMEOUT", "60s",
                "REGISTRY_RETRY_LAST_DELAY", "PT2S"));
        registry.liberty().start();
        eventually().until(() -> registry.get("/api/v1/health").json().path("status").asText().equals("healthy"));
        process = RegistryProcess.of(registry);
    }

    @AfterAll
    static void stop() {
        registry.liberty().stop();
        servers.stop(line -> {});
    }

    @BeforeEach
    void ask() {
        start = Instant.now();
        poll = new HttpPoll(registry);
    }

    @AfterEach
    void printFigures() {
        poll.close();
        System.out.printf("with -Xmx512m: %d s, highest heap %d MiB, peak resident %d MiB, %d answers%n",
                Duration.between(start, Instant.now()).toSeconds(), poll.highestHeapMb(), process.peakResidentMb(),
                poll.answers());
    }

    @Test
    @Order(1)
    void everyRecordOfAHostileStreamEndsAsARowOrADeadLetterAndEveryGoodNodeIsRegistered() {
        HostileTraffic traffic = HostileTraffic.send(registry, servers.bootstrapServers(), RECORDS);

        ConsumerGroup group = new ConsumerGroup(servers);
        eventually().atMost(LONG).untilAsserted(() -> assertThat(group.lag()).isZero());

        assertThat(traffic.faults()).as("seed %d", HostileInput.SEED).isEmpty();
        awaitInBothStores(traffic.good());
        theProcessIsTheSame();
        assertThat(failures()).as("seed %d", HostileInput.SEED).isEmpty();
    }

    @Test
    @Order(2)
    void nodesAtTheSizeLimitAreListedAndWatchedWhileBothStoresGoAndComeBack() throws Exception {
        List<PlainNode> nodes = PlainNode.many(Registry.uniqueId("large"), LARGE_NODES).toList();
        List<SlowWatcher> watchers = new ArrayList<>();
        try {
            nodes.forEach(node -> registry.broker().send(introduction(node, 'a')));
            awaitInBothStores(nodes);
            for (int i = 0; i < WATCHERS; i++) {
                watchers.add(SlowWatcher.of(registry));
            }
            poll.close();
            servers.postgres().orElseThrow().stop();
            nodes.forEach(node -> registry.broker().send(introduction(node, 'b')));
            servers.postgres().orElseThrow().start();
            awaitVersion(nodes, "b");
            servers.consul().orElseThrow().stop();
            nodes.forEach(node -> registry.broker().send(introduction(node, 'c')));
            awaitVersion(nodes, "c");
            servers.consul().orElseThrow().start();
            eventually().atMost(LONG).until(() -> registry.stores().pendingForConsul() == 0);
            awaitInBothStores(nodes);
        } finally {
            for (SlowWatcher watcher : watchers) {
                watcher.close();
            }
        }
        theProcessIsTheSame();
        assertThat(failures()).isEmpty();
    }

    /** As large as the default limits allow, and different each time. */
    private static ProducerRecord<byte[], byte[]> introduction(PlainNode node, char letter) {
        ObjectNode payload = node.payload();
        String text = Character.toString(letter).repeat(TEXT);
        payload.set("metadata",
                Json.object("{}").put("version", Character.toString(letter)).put("a", text).put("b", text));
        payload.set("capabilities", Json.object("{}").set("c", Json.object("{}").put("a", text).put("b", text)));
        return new ProducerRecord<>(
                Registry.INTROSPECTION, Math.floorMod(node.id().hashCode(), 6), node.id().getBytes(UTF_8),
                node.introduction(payload));
    }

    private static void awaitVersion(List<PlainNode> nodes, String version) {
        String prefix = nodes.get(0).id().substring(0, nodes.get(0).id().lastIndexOf('-'));
        String sql = "SELECT count(*) FROM tool_registrations WHERE starts_with(tool_id, '" + prefix
                + "') AND metadata ->> 'version' = '" + version + "'";
        eventually().atMost(LONG).ignoreExceptions().until(
                () -> registry.stores().query(sql).get(0).path("count").asInt() == nodes.size());
    }

    private static void awaitInBothStores(List<PlainNode> nodes) {
        List<String> ids = nodes.stream().map(PlainNode::id).toList();
        eventually().atMost(LONG).untilAsserted(() -> {
            assertThat(registry.stores().consulServices().keySet()).containsAll(ids);
            String prefix = ids.get(0).substring(0, ids.get(0).indexOf('-') + 1);
            assertThat(registry.stores().query("SELECT tool_id FROM tool_registrations WHERE status = 'active'"
                    + " AND starts_with(tool_id, '" + prefix + "')").stream()
                    .map(row -> row.path("tool_id").asText()).toList()).containsAll(ids);
        });
    }

    private static void theProcessIsTheSame() {
        assertThat(registry.get("/health/live").status()).isEqualTo(200);
        assertThat(RegistryProcess.of(registry)).isEqualTo(process);
        assertThat(ProcessHandle.of(process.pid())).hasValueSatisfying(ProcessHandle::isAlive);
    }

    private List<String> failures() {
        poll.close();
        return poll.failures();
    }
}
