// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.event.dialect.EnvelopeReader;
import org.nodebridge.registry.event.dialect.TopicKind;

/** A {@link HostileStream} as it was sent to a registry, with good records in between and some in transactions. */
final class HostileTraffic {

    private static final EnvelopeReader READER = new EnvelopeReader(false, Duration.ofMinutes(5));

    private final Registry registry;
    private final Map<RecordMetadata, ProducerRecord<byte[], byte[]>> committed = new HashMap<>();
    private final Set<String> aborted = new HashSet<>();
    private final List<PlainNode> good = new ArrayList<>();

    private HostileTraffic(Registry registry) {
        this.registry = registry;
    }

    /** Sends so many hostile records, and one good one for ten of them; returns when the broker has all. */
    static HostileTraffic send(Registry registry, String bootstrapServers, int records) {
        HostileTraffic traffic = new HostileTraffic(registry);
        HostileStream stream = new HostileStream(HostileInput.SEED);
        IdentityHashMap<ProducerRecord<byte[], byte[]>, Future<RecordMetadata>> sending = new IdentityHashMap<>();
        try (var plain = producer(bootstrapServers, Map.of());
                var transactional =
                        producer(bootstrapServers, Map.of("transactional.id", Registry.uniqueId("hostile")))) {
            transactional.initTransactions();
            for (int i = 0; i < records; i++) {
                if (i % 10 == 0) {
                    PlainNode node = PlainNode.unique("good");
                    traffic.good.add(node);
                    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                            registry.topic(Registry.INTROSPECTION), i / 10 % 6, null, node.introduction());
                    sending.put(record, plain.send(record));
                }
                ProducerRecord<byte[], byte[]> record = traffic.onItsTopic(stream.next());
                if (i % 50 == 7) {
                    transactional.beginTransaction();
                    Future<RecordMetadata> inTransaction = transactional.send(record);
                    if (i % 100 == 7) {
                        traffic.aborted.add(place(Broker.confirmed(inTransaction)));
                        transactional.abortTransaction();
                    } else {
                        transactional.commitTransaction();
                        sending.put(record, inTransaction);
                    }
                } else {
                    sending.put(record, plain.send(record));
                }
            }
            sending.forEach((record, future) -> traffic.committed.put(Broker.confirmed(future), record));
        }
        return traffic;
    }

    /** The nodes that must be registered. */
    List<PlainNode> good() {
        return good;
    }

    /**
     * What is wrong with what has become of the records, once all are consumed: one that is neither a row nor a dead
     * letter, or is a dead letter though its transaction was aborted.
     */
    List<String> faults() {
        Set<String> letters = Stream.of(Registry.INTROSPECTION, Registry.HEARTBEAT)
                .flatMap(topic -> registry.deadLetters(registry.topic(topic)).stream())
                .map(HostileTraffic::origin)
                .collect(Collectors.toSet());
        Set<String> rows = registry.stores().query("SELECT tool_id FROM tool_registrations").stream()
                .map(row -> row.path("tool_id").asText()).collect(Collectors.toSet());
        List<String> faults = new ArrayList<>();
        aborted.stream().filter(letters::contains).forEach(place -> faults.add("aborted and read: " + place));
        committed.forEach((where, record) -> {
            NodeEvent event = READER.read(
                    where.topic().endsWith(Registry.HEARTBEAT) ? TopicKind.HEARTBEAT : TopicKind.INTROSPECTION,
                    record.value(), Instant.now(), Instant.now());
            boolean letter = letters.contains(place(where));
            boolean accounted = event instanceof Unreadable || event instanceof NodeEvent.Defect
                    ? letter
                    : !(event instanceof Introduced introduced) || letter || rows.contains(introduced.nodeId());
            if (!accounted) {
                faults.add("lost: " + place(where) + " " + event);
            }
        });
        return faults;
    }

    private ProducerRecord<byte[], byte[]> onItsTopic(ProducerRecord<byte[], byte[]> record) {
        return new ProducerRecord<>(
                registry.topic(record.topic()), record.partition(), null, record.key(), record.value(),
                record.headers());
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, Map<String, Object> settings) {
        Map<String, Object> properties = new HashMap<>(settings);
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("compression.type", "gzip");
        properties.put("max.request.size", 4 << 20);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
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
