// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** Reads stretches of partitions to their ends, some records at a time. For one thread. */
public final class OffsetRangeReader {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long PER_HEADER = 100;

    private final TopicConsumer consumer;
    private final Map<TopicPartition, OffsetRange> left = new HashMap<>();
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final long length;
    private final Limit limit;

    /**
     * What is read at a time: no more is asked for once it is reached.
     *
     * @param bytes of keys, values and headers
     */
    public record Limit(int records, long bytes) {}

    public OffsetRangeReader(TopicConsumer consumer, Map<TopicPartition, OffsetRange> spans, Limit limit) {
        this.consumer = consumer;
        this.limit = limit;
        spans.forEach((partition, span) -> {
            next.put(partition, span.from());
            if (span.length() > 0) {
                left.put(partition, span);
            }
        });
        this.length = left.values().stream().mapToLong(OffsetRange::length).sum();
        Map<TopicPartition, Long> starts = new HashMap<>();
        left.forEach((partition, span) -> starts.put(partition, span.from()));
        consumer.read(starts);
    }

    public boolean done() {
        return left.isEmpty();
    }

    /** How many offsets are behind it. */
    public long read() {
        return length - left.values().stream().mapToLong(OffsetRange::length).sum();
    }

    /** The offset of each partition that follows what has been read. */
    public Map<TopicPartition, Long> positions() {
        return Map.copyOf(next);
    }

    /**
     * The next records; none only when it is done.
     *
     * @throws TopicUnavailableException when Kafka gives none for a while; it may be asked again
     */
    public List<ConsumerRecord<byte[], byte[]>> next() {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        long bytes = 0;
        while (records.isEmpty() && !done()) {
            bytes = poll(POLL, records);
            if (records.isEmpty() && !done() && System.nanoTime() > giveUp) {
                throw new TopicUnavailableException("Kafka cannot be read: it gives no records", null);
            }
        }
        int before = 0;
        while (!done() && records.size() > before && records.size() < limit.records() && bytes < limit.bytes()) {
            before = records.size();
            bytes += poll(Duration.ZERO, records); // what has been fetched already
        }
        return records;
    }

    /** How many bytes of records have been added. */
    private long poll(Duration time, List<ConsumerRecord<byte[], byte[]>> records) {
        long bytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(time)) {
            OffsetRange span = left.get(new TopicPartition(record.topic(), record.partition()));
            if (span != null && record.offset() < span.to()) {
                records.add(record);
                bytes += bytes(record);
            }
        }
        advance();
        return bytes;
    }

    private static long bytes(ConsumerRecord<byte[], byte[]> record) {
        long bytes = length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            bytes += PER_HEADER + header.key().length() + length(header.value());
        }
        return bytes;
    }

    private static long length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** By positions and not by records, because offsets may have gaps. */
    private void advance() {
        for (TopicPartition partition : List.copyOf(left.keySet())) {
            OffsetRange span = left.get(partition);
            long position = consumer.position(partition);
            next.put(partition, Math.min(Math.max(position, span.from()), span.to()));
            if (position >= span.to()) {
                left.remove(partition);
                consumer.leave(partition);
            } else {
                left.put(partition, new OffsetRange(Math.max(position, span.from()), span.to()));
            }
        }
    }
}
