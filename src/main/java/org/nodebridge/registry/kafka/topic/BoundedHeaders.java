// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.nodebridge.registry.kafka.topic.BoundedValueDeserializer.Whole;

/**
 * Leaves headers out that are too large together, or that a sender gave the names of ours, once a poll is there:
 * Kafka's client shows the headers of a record with neither key nor value to nobody before. Such a record gets headers
 * of its own instead, in one pass: the client's are a list, and to remove each of a million headers by its name takes
 * hours.
 */
public final class BoundedHeaders {

    /** Objects around each header, roughly: a million empty ones fit into three kilobytes of a compressed batch. */
    private static final int OVERHEAD = 200;

    private static final Set<String> OURS = Set.of(
            BoundedValueDeserializer.WHOLE, BoundedValueDeserializer.WHOLE_KEY, BoundedValueDeserializer.WHOLE_HEADERS);

    private BoundedHeaders() {}

    /** How many bytes headers hold in memory, roughly. */
    public static long size(Headers headers) {
        long size = 0;
        for (Header header : headers) {
            byte[] value = header instanceof Whole ? null : header.value();
            size += OVERHEAD + 2L * header.key().length() + (value == null ? 0 : value.length);
        }
        return size;
    }

    /**
     * The same records where all are in order, else those that are not with other headers.
     *
     * @param maxBytes of the headers of one record, as {@link #size} counts
     */
    public static ConsumerRecords<byte[], byte[]> of(ConsumerRecords<byte[], byte[]> records, int maxBytes) {
        boolean changed = false;
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> bounded = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> some = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                Headers headers = bounded(record.headers(), maxBytes);
                changed |= headers != record.headers();
                some.add(headers == record.headers() ? record : with(headers, record));
            }
            bounded.put(partition, some);
        }
        return changed ? new ConsumerRecords<>(bounded, records.nextOffsets()) : records;
    }

    private static Headers bounded(Headers headers, int maxBytes) {
        boolean forged = false;
        for (Header header : headers) {
            forged |= isForged(header);
        }
        long size = size(headers);
        boolean tooLarge = size > maxBytes;
        if (!forged && !tooLarge) {
            return headers;
        }
        Headers kept = new RecordHeaders();
        for (Header header : headers) {
            if (header instanceof Whole || !tooLarge && !isForged(header)) {
                kept.add(header);
            }
        }
        if (tooLarge) {
            kept.add(new Whole(
                    BoundedValueDeserializer.WHOLE_HEADERS, (int) Math.min(size, Integer.MAX_VALUE), null));
        }
        return kept;
    }

    private static boolean isForged(Header header) {
        return OURS.contains(header.key()) && !(header instanceof Whole);
    }

    private static ConsumerRecord<byte[], byte[]> with(Headers headers, ConsumerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                record.topic(), record.partition(), record.offset(), record.timestamp(), record.timestampType(),
                record.serializedKeySize(), record.serializedValueSize(), record.key(), record.value(), headers,
                record.leaderEpoch() == null ? Optional.empty() : record.leaderEpoch());
    }
}
