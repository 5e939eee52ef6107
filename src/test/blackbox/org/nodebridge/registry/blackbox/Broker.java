// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.nodebridge.registry.servers.KafkaTopics;
import org.nodebridge.registry.servers.SharedAdmin;

/**
 * Kafka as nodes and operators use it. What sends and reads is made at the first need and ends with this JVM. Safe from
 * many threads.
 */
final class Broker {

    private static final String GROUP = "bridge-registry-group";
    private static final long PATIENCE_SECONDS = 120;

    private final String bootstrapServers;
    private final Duration longestBlock;
    private final Map<String, TopicReader> readers = new ConcurrentHashMap<>();
    private KafkaProducer<byte[], byte[]> producer;

    Broker(String bootstrapServers) {
        this(bootstrapServers, Duration.ofSeconds(PATIENCE_SECONDS));
    }

    private Broker(String bootstrapServers, Duration longestBlock) {
        this.bootstrapServers = bootstrapServers;
        this.longestBlock = longestBlock;
    }

    /** For what need not arrive: sends as this one does, but is not held up for long while the broker is down. */
    Broker impatient() {
        return new Broker(bootstrapServers, Duration.ofMillis(500));
    }

    /** Sends a record without waiting. */
    synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        if (producer == null) {
            Properties properties = new Properties();
            properties.put("bootstrap.servers", bootstrapServers);
            properties.put("linger.ms", 5);
            properties.put("max.block.ms", Long.toString(longestBlock.toMillis()));
            producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer.send(record);
    }

    /** Sends a record without waiting, under a key that says nothing, on any partition: keys cannot be trusted. */
    Future<RecordMetadata> scatter(String topic, byte[] value) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        byte[] key = ("key-" + random.nextInt(9)).getBytes(StandardCharsets.UTF_8);
        return send(new ProducerRecord<>(topic, random.nextInt(KafkaTopics.OF_THE_REGISTRY.get(topic)), key, value));
    }

    /** Sends a record and returns where it is when the broker has confirmed it. */
    RecordMetadata publish(ProducerRecord<byte[], byte[]> record) {
        return confirmed(send(record));
    }

    static RecordMetadata confirmed(Future<RecordMetadata> sent) {
        try {
            return sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka has not confirmed a record", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All records of a topic, from its beginning to its present end. */
    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return records(topic, "read_uncommitted");
    }

    /** The same without records of transactions that were given up or are not over. */
    List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        return records(topic, "read_committed");
    }

    private List<ConsumerRecord<byte[], byte[]>> records(String topic, String isolation) {
        String key = topic + " " + isolation;
        TopicReader reader =
                readers.computeIfAbsent(key, absent -> new TopicReader(bootstrapServers, topic, isolation));
        boolean keep = false;
        try {
            List<ConsumerRecord<byte[], byte[]>> records = reader.records();
            keep = reader.isReusable();
            return records;
        } finally {
            // after a failure too the next one begins again: the topic may be another by then
            if (!keep && readers.remove(key, reader)) {
                reader.close();
            }
        }
    }

    /** Creates a topic of one partition where there is none. Returns when it has a leader. */
    void create(String topic, Map<String, String> settings) {
        // only a leader answers this
        Map<TopicPartition, OffsetSpec> end = Map.of(new TopicPartition(topic, 0), OffsetSpec.latest());
        eventually().ignoreExceptions().until(() -> {
            Admin admin = SharedAdmin.of(bootstrapServers);
            if (!admin.listTopics().names().get().contains(topic)) {
                admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(settings))).all().get();
            }
            return !admin.listOffsets(end).all().get().isEmpty();
        });
    }

    /** Deletes a topic and returns when it is gone. */
    void delete(String topic) {
        readers.keySet().stream().filter(key -> key.startsWith(topic + " ")).toList().forEach(
                key -> readers.remove(key).close());
        eventually().ignoreExceptions().until(() -> {
            Admin admin = SharedAdmin.of(bootstrapServers);
            boolean gone = !admin.listTopics().names().get().contains(topic);
            if (!gone) {
                admin.deleteTopics(List.of(topic)).all().get();
            }
            return gone;
        });
    }

    /** Waits until the registry's group has committed all of these records, after which their effects are there. */
    void awaitCommitted(Collection<RecordMetadata> records) {
        awaitCommitted(records, Eventually.PATIENCE);
    }

    /** The same with a deadline of one's own. */
    void awaitCommitted(Collection<RecordMetadata> records, Duration deadline) {
        Map<TopicPartition, Long> wanted = new HashMap<>();
        records.forEach(record -> wanted.merge(
                new TopicPartition(record.topic(), record.partition()), record.offset() + 1, Math::max));
        eventually().ignoreExceptions().atMost(deadline).untilAsserted(() -> {
            var committed = SharedAdmin.of(bootstrapServers)
                    .listConsumerGroupOffsets(GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get();
            assertThat(wanted).allSatisfy((partition, offset) -> assertThat(committed.get(partition))
                    .as("committed offset of %s", partition)
                    .isNotNull()
                    .satisfies(position -> assertThat(position.offset()).isGreaterThanOrEqualTo(offset)));
        });
    }

    /** The values of all headers of that name, in order. */
    static List<String> headers(ConsumerRecord<?, ?> record, String name) {
        List<String> values = new ArrayList<>();
        for (Header header : record.headers().headers(name)) {
            values.add(new String(header.value(), StandardCharsets.UTF_8));
        }
        return values;
    }
}
