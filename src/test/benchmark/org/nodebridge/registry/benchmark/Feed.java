// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.nodebridge.registry.servers.KafkaTopics;

/** Appends records for a consumer group and knows how many of them it has committed. For one thread. */
final class Feed implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** One record: what is said, and of which of the numbered nodes, whose records all lie on one partition. */
    record Said(long node, byte[] value) {}

    private final String introspections;
    private final String heartbeats;
    private final String group;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    Feed(String bootstrapServers, String group, String introspections, String heartbeats) {
        this.introspections = introspections;
        this.heartbeats = heartbeats;
        this.group = group;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("linger.ms", 1);
        properties.put("batch.size", 65_536);
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Appends an introspection without waiting. */
    Future<RecordMetadata> introduce(Said said) {
        return send(introspections, said);
    }

    /**
     * Appends introspections for that long, never more than {@code outstanding} before the group, then waits until the
     * group has committed the last one.
     */
    Throughput introductions(Duration length, int outstanding, LongFunction<Said> numbered) {
        return keepSaying(introspections, length, Long.MAX_VALUE, outstanding, numbered);
    }

    /** As {@link #introductions}, for a number of records. */
    Throughput introductions(long count, int outstanding, LongFunction<Said> numbered) {
        return keepSaying(introspections, PATIENCE, count, outstanding, numbered);
    }

    /** As {@link #introductions}, for heartbeats. */
    Throughput heartbeats(Duration length, int outstanding, LongFunction<Said> numbered) {
        return keepSaying(heartbeats, length, Long.MAX_VALUE, outstanding, numbered);
    }

    private Throughput keepSaying(
            String topic, Duration length, long most, int outstanding, LongFunction<Said> numbered) {
        long before = committed();
        long start = System.nanoTime();
        long end = start + length.toNanos();
        long sent = 0;
        long known = 0;
        while (sent < most && System.nanoTime() < end) {
            send(topic, numbered.apply(sent++));
            while (sent - known >= outstanding && System.nanoTime() < end) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)); // the broker answers it on our cores
                known = committed() - before;
            }
        }
        producer.flush();
        long all = before + sent;
        Awaitility.await().atMost(PATIENCE).pollInSameThread().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20)).until(() -> committed() >= all);
        return new Throughput(sent, System.nanoTime() - start);
    }

    private Future<RecordMetadata> send(String topic, Said said) {
        int partitions = KafkaTopics.OF_THE_REGISTRY.get("node-introspection.v1");
        return producer.send(new ProducerRecord<>(topic, (int) (said.node() % partitions), null, said.value()));
    }

    /** All that the group has committed of both topics; counts what was there before the feed. */
    private long committed() {
        try {
            var offsets = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(30, TimeUnit.SECONDS);
            return offsets.values().stream()
                    .filter(Objects::nonNull)
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka does not say what is committed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        admin.close(Duration.ofSeconds(5));
    }
}
