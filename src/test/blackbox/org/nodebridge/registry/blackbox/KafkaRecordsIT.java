// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What only Kafka can do to a consumer: transactions that leave markers, are aborted or stay open, and compressed
 * batches that expand to a thousand times their size. The registry has the heap of the deployment files.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KafkaRecordsIT {

    private static final String NAME = "kafka-records";
    private static final int PARTITIONS = 6;
    /** 730 MB in all, of which the heap has 512. */
    private static final int LARGE_RECORDS = 400;
    /** Of 32 MB each; sixteen at once would not fit beside the registry. */
    private static final int BARE_RECORDS = 32;
    private static final int HOSTILE_RECORDS = Integer.getInteger("hostile.records", 2_000);

    private static final Map<String, Object> COMPRESSING = Map.of(
            "compression.type", "gzip", "linger.ms", 50, "batch.size", 900_000, "max.request.size", 50_000_000,
            "buffer.memory", 100_000_000);

    private static SeparateRegistry separate;
    private static Registry registry;
    private static String topic;

    @BeforeAll
    static void startWithMarkersAtTheEndOfEveryPartition() throws Exception {
        separate = SeparateRegistry.on(Backends.shared(), NAME, Map.of(
                "JVM_ARGS", "-Xmx512m",
                // longer than a batch takes on a busy machine
                "REGISTRY_HEALTH_STALLED_AFTER", "PT20S",
                // it is never killed, and what is read twice has two dead letters
                "MP_MESSAGING_INCOMING_NODE_EVENTS_SESSION_TIMEOUT_MS", "45000",
                "REGISTRY_RECONCILE_INTERVAL", "PT1S"));
        topic = separate.topic(Registry.INTROSPECTION);
        for (String each : List.of(topic, separate.topic(Registry.HEARTBEAT))) {
            try (KafkaProducer<byte[], byte[]> producer = transactional()) {
                producer.beginTransaction();
                sendToAll(producer, each, "committed");
                producer.commitTransaction();
                producer.beginTransaction();
                sendToAll(producer, each, "aborted");
                producer.flush(); // else they are never sent
                producer.abortTransaction();
            }
        }
        compactHeartbeatsAway();
        registry = separate.replica("only");
        registry.liberty().start();
    }

    private static void compactHeartbeatsAway() throws Exception {
        String heartbeats = separate.topic(Registry.HEARTBEAT);
        Compaction.removeAll(Backends.shared(), heartbeats, partitions(heartbeats), () -> {
            try (KafkaProducer<byte[], byte[]> producer = transactional()) {
                producer.beginTransaction();
                sendToAll(producer, heartbeats, "aborted");
                producer.flush();
                producer.abortTransaction();
            }
        });
    }

    @AfterAll
    static void stop() {
        registry.liberty().kill();
    }

    @Test
    @Order(1)
    void catchesUpWithPartitionsThatEndInMarkersAndAbortedRecords() {
        eventually().untilAsserted(() -> {
            assertThat(registered("committed")).hasSize(PARTITIONS);
            assertThat(kafka().path("lag").intValue()).isZero();
            assertThat(registry.get("/api/v1/drift").json().path("deletions_blocked").asText())
                    .isNotEqualTo("not_caught_up");
        });
        assertThat(registered("aborted")).isEmpty();
    }

    /** Of the heartbeats compaction has left nothing but the marker behind them. */
    @Test
    @Order(1)
    void countsATailThatCompactionHasRemovedAsNoLagAndCommitsPastIt() {
        Map<TopicPartition, Long> ends = ends(partitions(separate.topic(Registry.HEARTBEAT)));

        // more where the broker was not ready to compact at first
        assertThat(ends).as("three records and three markers")
                .allSatisfy((partition, end) -> assertThat(end).isGreaterThanOrEqualTo(6));
        eventually().untilAsserted(() -> {
            assertThat(kafka().path("lag").intValue()).isZero();
            assertThat(new ConsumerGroup(Backends.shared(), NAME, separate::topic).committed())
                    .containsAllEntriesOf(ends);
        });
    }

    @Test
    @Order(2)
    void commitsPastMarkersSoThatEveryReplicaAndToolSeesNoLag() {
        eventually().untilAsserted(() -> assertThat(lag()).isZero());
    }

    @Test
    @Order(3)
    void rebuildsFromPartitionsThatEndInMarkers() {
        rebuild();

        assertThat(registered("aborted")).isEmpty();
    }

    private static void rebuild() {
        // 503 where the broker does not say in time what is there
        Answer started = eventually().until(
                () -> registry.post("admin", "/api/v1/replays", Json.object("{'from': 'earliest'}")),
                answer -> answer.status() != 503);
        assertThat(started.status()).as(started.body()).isEqualTo(202);
        String replay = "/api/v1/replays/" + started.json().path("id").textValue();
        // gigabytes at last, which take a minute on two free cores
        eventually().atMost(Duration.ofMinutes(5)).untilAsserted(
                () -> assertThat(registry.get(replay).json().path("status").textValue()).isEqualTo("done"));
    }

    @Test
    @Order(4)
    void takesAnOpenTransactionForNoStalledConsumer() {
        PlainNode inside = PlainNode.unique("inside");
        PlainNode behind = PlainNode.unique("behind");
        try (KafkaProducer<byte[], byte[]> producer = transactional()) {
            producer.beginTransaction();
            Broker.confirmed(producer.send(new ProducerRecord<>(topic, 0, null, inside.introduction())));
            registry.broker().publish(new ProducerRecord<>(topic, 0, null, behind.introduction()));

            // longer than a consumer may stand still
            eventually().during(Duration.ofSeconds(30)).atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
                assertThat(kafka().path("lag").intValue()).isZero();
                assertThat(registry.get("/health/live").status()).isEqualTo(200);
            });
            assertThat(registry.row(inside.id())).isEmpty();

            producer.commitTransaction();
        }
        eventually().untilAsserted(() -> {
            assertThat(registry.row(inside.id())).isPresent();
            assertThat(registry.row(behind.id())).isPresent();
            assertThat(kafka().path("lag").intValue()).isZero();
        });
    }

    /** By the event id half of them would be stale. */
    @Test
    @Order(5)
    void takesTheLaterOfTwoIntroductionsWithTheSameSecond() {
        List<PlainNode> nodes = PlainNode.many(Registry.uniqueId("tie"), 40).toList();
        String second = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (String capability : List.of("first", "second", "third")) {
            for (PlainNode node : nodes) {
                ObjectNode payload = node.payload().put("timestamp", second);
                payload.putObject("capabilities").putObject(capability);
                ObjectNode envelope = (ObjectNode) Json.parse(new String(node.introduction(payload), UTF_8));
                byte[] value = Json.utf8(envelope.put("event_timestamp", second));
                sent.add(registry.broker().send(
                        new ProducerRecord<>(topic, nodes.indexOf(node) % PARTITIONS, null, value)));
            }
            sent.forEach(Broker::confirmed);
        }

        eventually().untilAsserted(() -> assertThat(nodes)
                .allSatisfy(node -> assertThat(registry.row(node.id()))
                        .hasValueSatisfying(row -> assertThat(row.path("capabilities").has("third")).isTrue())));
    }

    /** {@link SmallHeapIT} has the long form. */
    @Test
    @Order(6)
    void everyRecordOfAHostileStreamEndsAsARowOrADeadLetterAndEveryGoodNodeIsInBothStores() {
        System.out.println("-Dhostile.seed=" + HostileInput.SEED);
        RegistryProcess process = RegistryProcess.of(registry);
        HttpPoll poll = new HttpPoll(registry);
        HostileTraffic traffic;
        try (poll) {
            traffic = HostileTraffic.send(registry, Backends.shared().bootstrapServers(), HOSTILE_RECORDS);
            eventually().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
                assertThat(lag()).isZero();
                assertThat(registry.stores().consulServices().keySet())
                        .containsAll(traffic.good().stream().map(PlainNode::id).toList());
            });
        }

        assertThat(traffic.faults()).as("seed %d", HostileInput.SEED).isEmpty();
        // a store or a broker that is slow on a busy machine may be the reason of a 503, but not of one of liveness
        assertThat(poll.failures()).as("seed %d", HostileInput.SEED)
                .filteredOn(failure -> !failure.startsWith("503 ") || failure.endsWith(" /health/live"))
                .isEmpty();
        assertThat(RegistryProcess.of(registry)).isEqualTo(process);
        assertThat(registry.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    @Order(7)
    void survivesCompressedBatchesThatExpandToMoreThanTheHeap() {
        byte[] letters = "a".repeat(1_000_000).getBytes(UTF_8);
        byte[] blanks = " ".repeat(6_000_000).getBytes(UTF_8);
        long lettersBefore = deadLetters();
        List<PlainNode> neighbours = PlainNode.many(Registry.uniqueId("neighbour"), LARGE_RECORDS / 20).toList();
        try (KafkaProducer<byte[], byte[]> producer = producer(COMPRESSING)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < LARGE_RECORDS; i++) {
                byte[] value = i % 6 == 5 ? blanks : letters;
                sent.add(producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, value)));
                if (i % 20 == 0) {
                    byte[] introduction = neighbours.get(i / 20).introduction();
                    sent.add(producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, introduction)));
                }
            }
            sent.forEach(Broker::confirmed);
        }

        eventually().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
            assertThat(neighbours)
                    .allSatisfy(node -> assertThat(registry.consulService(node.id())).as(node.id()).isPresent());
            assertThat(deadLetters()).isGreaterThanOrEqualTo(lettersBefore + LARGE_RECORDS);
            assertThat(lag()).isZero();
        });
        assertThat(recordsWithLetterSince(lettersBefore)).isEqualTo(LARGE_RECORDS);
    }

    /** Kafka's client asks no deserializer about them, so nothing is cut of them before the whole poll is there. */
    @Test
    @Order(8)
    void survivesHeadersThatExpandToMoreThanTheHeapFewAndLargeOrManyAndEmpty() {
        RegistryProcess process = RegistryProcess.of(registry);
        byte[] letters = "a".repeat(32_000_000).getBytes(UTF_8);
        long lettersBefore = deadLetters();
        List<PlainNode> neighbours = PlainNode.many(Registry.uniqueId("between"), BARE_RECORDS / 16).toList();
        // seen all at once, when the transaction ends
        try (KafkaProducer<byte[], byte[]> producer = transactional(COMPRESSING)) {
            producer.beginTransaction();
            for (int i = 0; i < BARE_RECORDS; i++) {
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(topic, 0, i % 4 < 2 ? null : new byte[] {'k'}, null);
                if (i % 2 == 0) {
                    record.headers().add("large", letters);
                } else {
                    for (int header = 0; header < 400_000; header++) {
                        record.headers().add("a", null);
                    }
                }
                Broker.confirmed(producer.send(record));
                if (i % 16 == 0) {
                    byte[] introduction = neighbours.get(i / 16).introduction();
                    Broker.confirmed(producer.send(new ProducerRecord<>(topic, 0, null, introduction)));
                }
            }
            producer.commitTransaction();
        }

        eventually().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
            assertThat(neighbours)
                    .allSatisfy(node -> assertThat(registry.consulService(node.id())).as(node.id()).isPresent());
            assertThat(deadLetters()).isGreaterThanOrEqualTo(lettersBefore + BARE_RECORDS);
            assertThat(lag()).isZero();
        });
        assertThat(recordsWithLetterSince(lettersBefore)).isEqualTo(BARE_RECORDS);
        assertThat(RegistryProcess.of(registry)).isEqualTo(process);
    }

    /** Each has a consumer with some of the letters, which have a megabyte each. */
    @Test
    @Order(9)
    void survivesManyCallersThatReadLargeDeadLettersAtTheSameTime() {
        RegistryProcess process = RegistryProcess.of(registry);
        String list = "/api/v1/dead-letters?limit=100&topic=" + topic;
        List<String> ids = eventually().until(
                () -> deadLetters(list).json().path("dead_letters").findValuesAsText("id"), some -> !some.isEmpty());
        ExecutorService callers = Executors.newFixedThreadPool(40);
        try {
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String path = i % 2 == 0 ? list : "/api/v1/dead-letters/" + ids.get(i % ids.size());
                answers.add(CompletableFuture.supplyAsync(() -> deadLetters(path), callers));
            }

            // 503 where so many readers leave the broker no time to answer
            assertThat(answers).extracting(answer -> answer.join().status()).contains(200).isSubsetOf(200, 429, 503);
        } finally {
            callers.shutdownNow();
        }
        assertThat(RegistryProcess.of(registry)).isEqualTo(process);
    }

    @Test
    @Order(10)
    void rebuildsFromRecordsThatExpandToMoreThanTheHeapAndReplaysTheirDeadLetters() {
        RegistryProcess process = RegistryProcess.of(registry);

        rebuild();
        // some at a time; what a slow broker does not take stays open, and is taken the next time
        eventually().atMost(Duration.ofMinutes(10)).untilAsserted(() -> {
            Answer replayed = replayDeadLetters();
            assertThat(replayed.status()).as(replayed.body()).isEqualTo(200);
            assertThat(replayed.json().at("/counts/failed").longValue()).as(replayed.body()).isZero();
            assertThat(replayed.json().path("more").booleanValue()).as("more").isFalse();
        });

        eventually().untilAsserted(() -> {
            Answer open = deadLetters("/api/v1/dead-letters?status=open&reason=unreadable&limit=1&topic=" + topic);
            assertThat(open.status()).as(open.body()).isEqualTo(200);
            assertThat(open.json().path("dead_letters")).as(open.body()).isEmpty();
        });
        assertThat(RegistryProcess.of(registry)).isEqualTo(process);
    }

    /** The registry ends it after a minute, or a little more, and says that there is more. */
    private static Answer replayDeadLetters() {
        return registry.send(Registry.asOperator(registry.request("/api/v1/dead-letters/replay"))
                .timeout(Duration.ofMinutes(3))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"topic\": \"" + topic + "\", \"reason\": \"unreadable\"}")));
    }

    /** By the operator, who alone may read them. */
    private static Answer deadLetters(String path) {
        return registry.send(Registry.asOperator(registry.request(path)).GET());
    }

    private static long lag() {
        return new ConsumerGroup(Backends.shared(), NAME, separate::topic).lag();
    }

    /** By offsets, because the records would fill this JVM's heap. */
    private static long deadLetters() {
        TopicPartition only = new TopicPartition(topic + ".dlq", 0);
        return ends(List.of(only)).get(only);
    }

    /** One at a time, of which a letter may have been written more than once. */
    private static int recordsWithLetterSince(long offset) {
        TopicPartition only = new TopicPartition(topic + ".dlq", 0);
        Map<String, Object> properties =
                Map.of("bootstrap.servers", Backends.shared().bootstrapServers(), "max.poll.records", 1);
        Set<String> places = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(only));
            consumer.seek(only, offset);
            long end = consumer.endOffsets(List.of(only)).get(only);
            while (consumer.position(only) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(letter -> places.add(
                        Broker.headers(letter, "registry-dlq-partition") + " "
                                + Broker.headers(letter, "registry-dlq-offset")));
            }
        }
        return places.size();
    }

    private static Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
        Map<TopicPartition, OffsetSpec> latest =
                partitions.stream().collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest()));
        try (Admin admin = Backends.shared().kafka().orElseThrow().admin()) {
            Map<TopicPartition, Long> ends = new HashMap<>();
            admin.listOffsets(latest).all().get(30, TimeUnit.SECONDS)
                    .forEach((partition, end) -> ends.put(partition, end.offset()));
            return ends;
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker cannot be asked", e);
        }
    }

    private static KafkaProducer<byte[], byte[]> transactional() {
        return transactional(Map.of());
    }

    private static KafkaProducer<byte[], byte[]> transactional(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(Map.of("transactional.id", UUID.randomUUID().toString(), "transaction.timeout.ms", 300_000));
        KafkaProducer<byte[], byte[]> producer = producer(all);
        producer.initTransactions();
        return producer;
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
        Map<String, Object> properties = new HashMap<>(settings);
        properties.put("bootstrap.servers", Backends.shared().bootstrapServers());
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void sendToAll(KafkaProducer<byte[], byte[]> producer, String topic, String prefix) {
        boolean heartbeats = topic.endsWith(Registry.HEARTBEAT);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            PlainNode node = new PlainNode(prefix + "-" + partition);
            byte[] value = heartbeats ? node.heartbeat("healthy") : node.introduction();
            producer.send(new ProducerRecord<>(topic, partition, null, value));
        }
    }

    private static List<String> registered(String prefix) {
        return registry.get("/api/v1/registrations?limit=1000").json().path("registrations").findValuesAsText("node_id")
                .stream().filter(id -> id.startsWith(prefix)).toList();
    }

    private static List<TopicPartition> partitions(String topic) {
        return IntStream.range(0, PARTITIONS).mapToObj(partition -> new TopicPartition(topic, partition)).toList();
    }

    private static JsonNode kafka() {
        return registry.get("/api/v1/health").json().at("/components/kafka/details");
    }

}
