// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.event.dialect.EnvelopeReader;
import org.nodebridge.registry.event.dialect.TopicKind;
import org.nodebridge.registry.servers.ServerGroup;

/** A registry with the heap of the deployment files, and whatever may be sent to it. It stays the same process. */
@Tag("chaos")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SmallHeapIT {

    private static final int RECORDS = Integer.getInteger("hostile.records", 3000);
    private static final int LARGE_NODES = 300;
    private static final int WATCHERS = 50;
    private static final int TEXT = 31_000;
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final EnvelopeReader READER = new EnvelopeReader(false, Duration.ofMinutes(5));

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
        Map<RecordMetadata, ProducerRecord<byte[], byte[]>> sent = new HashMap<>();
        List<PlainNode> good = new ArrayList<>();
        Set<String> aborted = sendHostileStream(sent, good);

        registry.broker().awaitCommitted(sent.keySet(), LONG);

        Map<String, Long> letters = new HashMap<>();
        for (String topic : List.of(Registry.INTROSPECTION, Registry.HEARTBEAT)) {
            registry.deadLetters(topic).forEach(letter -> letters.merge(origin(letter), 1L, Long::sum));
        }
        assertThat(letters).doesNotContainKeys(aborted.toArray(String[]::new));
        Set<String> rows = registry.stores().query("SELECT tool_id FROM tool_registrations").stream()
                .map(row -> row.path("tool_id").asText()).collect(Collectors.toSet());
        List<String> lost = new ArrayList<>();
        sent.forEach((where, record) -> {
            NodeEvent event = READER.read(
                    where.topic().equals(Registry.HEARTBEAT) ? TopicKind.HEARTBEAT : TopicKind.INTROSPECTION,
                    record.value(), Instant.now(), Instant.now());
            boolean letter = letters.containsKey(place(where));
            boolean accounted = event instanceof Unreadable || event instanceof NodeEvent.Defect
                    ? letter
                    : !(event instanceof Introduced introduced) || letter
                            || rows.contains(introduced.nodeId());
            if (!accounted) {
                lost.add(place(where) + " " + event);
            }
        });
        assertThat(lost).as("seed %d", HostileInput.SEED).isEmpty();
        awaitInBothStores(good);
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
            eventually().atMost(LONG).until(() -> registry.stores().owedToConsul() == 0);
            awaitInBothStores(nodes);
        } finally {
            for (SlowWatcher watcher : watchers) {
                watcher.close();
            }
        }
        theProcessIsTheSame();
        assertThat(failures()).isEmpty();
    }

    /** Fills the maps with what was committed; returns the places of what was aborted. */
    private static Set<String> sendHostileStream(
            Map<RecordMetadata, ProducerRecord<byte[], byte[]>> sent, List<PlainNode> good) {
        HostileStream stream = new HostileStream(HostileInput.SEED);
        Set<String> aborted = new HashSet<>();
        IdentityHashMap<ProducerRecord<byte[], byte[]>, Future<RecordMetadata>> sending = new IdentityHashMap<>();
        try (KafkaProducer<byte[], byte[]> plain = producer(Map.of());
                KafkaProducer<byte[], byte[]> transactional = producer(Map.of("transactional.id", "hostile"))) {
            transactional.initTransactions();
            for (int i = 0; i < RECORDS; i++) {
                if (i % 10 == 0) {
                    PlainNode node = PlainNode.unique("good");
                    good.add(node);
                    ProducerRecord<byte[], byte[]> record =
                            new ProducerRecord<>(Registry.INTROSPECTION, i / 10 % 6, null, node.introduction());
                    sending.put(record, plain.send(record));
                }
                ProducerRecord<byte[], byte[]> record = stream.next();
                if (i % 50 == 7) {
                    transactional.beginTransaction();
                    Future<RecordMetadata> inTransaction = transactional.send(record);
                    if (i % 100 == 7) {
                        aborted.add(place(Broker.confirmed(inTransaction)));
                        transactional.abortTransaction();
                    } else {
                        transactional.commitTransaction();
                        sending.put(record, inTransaction);
                    }
                } else {
                    sending.put(record, plain.send(record));
                }
            }
            sending.forEach((record, future) -> sent.put(Broker.confirmed(future), record));
        }
        return aborted;
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
        Map<String, Object> properties = new HashMap<>(settings);
        properties.put("bootstrap.servers", servers.bootstrapServers());
        properties.put("compression.type", "gzip");
        properties.put("max.request.size", 4 << 20);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
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

    private static String place(RecordMetadata where) {
        return where.topic() + ":" + where.partition() + ":" + where.offset();
    }

    /** By the last header of each name: the sender may have sent some of the same name. */
    private static String origin(ConsumerRecord<byte[], byte[]> letter) {
        return Stream.of("topic", "partition", "offset")
                .map(name -> new String(letter.headers().lastHeader("registry-dlq-" + name).value(), UTF_8))
                .collect(Collectors.joining(":"));
    }
}
