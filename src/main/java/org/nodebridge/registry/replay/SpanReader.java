// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads stretches of partitions to their ends, poll by poll. For one thread. */
final class SpanReader {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TopicConsumer consumer;
    private final Map<TopicPartition, Span> left = new HashMap<>();
    private final long length;

    SpanReader(TopicConsumer consumer, Map<TopicPartition, Span> spans) {
        this.consumer = consumer;
        spans.forEach((partition, span) -> {
            if (span.length() > 0) {
                left.put(partition, span);
            }
        });
        this.length = left.values().stream().mapToLong(Span::length).sum();
        Map<TopicPartition, Long> starts = new HashMap<>();
        left.forEach((partition, span) -> starts.put(partition, span.from()));
        consumer.read(starts);
    }

    boolean done() {
        return left.isEmpty();
    }

    /** How many offsets are behind it. */
    long read() {
        return length - left.values().stream().mapToLong(Span::length).sum();
    }

    /**
     * The next records; none only when it is done.
     *
     * @throws TopicUnavailableException when Kafka gives none for a while; it may be asked again
     */
    List<ConsumerRecord<byte[], byte[]>> next() {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        while (records.isEmpty() && !done()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                Span span = left.get(new TopicPartition(record.topic(), record.partition()));
                if (span != null && record.offset() < span.to()) {
                    records.add(record);
                }
            }
            advance();
            if (records.isEmpty() && !done() && System.nanoTime() > giveUp) {
                throw new TopicUnavailableException("Kafka cannot be read: it gives no records", null);
            }
        }
        return records;
    }

    /** By positions and not by records, because offsets may have gaps. */
    private void advance() {
        for (TopicPartition partition : List.copyOf(left.keySet())) {
            Span span = left.get(partition);
            long position = consumer.position(partition);
            if (position >= span.to()) {
                left.remove(partition);
                consumer.leave(partition);
            } else {
                left.put(partition, new Span(Math.max(position, span.from()), span.to()));
            }
        }
    }
}
