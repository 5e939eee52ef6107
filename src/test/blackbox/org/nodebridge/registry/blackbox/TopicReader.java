// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * All records of a topic, of which each is fetched once however often they are asked for: tests that wait ask several
 * times a second. Safe from many threads.
 */
final class TopicReader implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 120;
    private static final long MOST_BYTES = 64 << 20;

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
    private final List<TopicPartition> partitions;
    private long bytes;

    TopicReader(String bootstrapServers, String topic, String isolation) {
        this.topic = topic;
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", isolation),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /** From the topic's beginning to its present end. */
    synchronized List<ConsumerRecord<byte[], byte[]>> records() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(200)).forEach(this::keep);
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException(topic + " cannot be read to its end");
            }
        }
        return List.copyOf(read);
    }

    private void keep(ConsumerRecord<byte[], byte[]> record) {
        read.add(record);
        bytes += record.serializedKeySize() + record.serializedValueSize();
    }

    /** Whether it may be asked again: its topic was there, and what it holds is not too much. */
    synchronized boolean isReusable() {
        return !partitions.isEmpty() && bytes <= MOST_BYTES;
    }

    @Override
    public synchronized void close() {
        consumer.close();
    }
}
