// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.event.TreeSize;
import org.nodebridge.registry.kafka.topic.BoundedHeaders;

/** How many bytes records hold in memory, once they are read: key, value and headers, decompressed. */
final class RecordSize {

    /** Objects around each record, roughly. */
    private static final long OVERHEAD = 200;

    private RecordSize() {}

    static long of(ConsumerRecord<byte[], byte[]> record) {
        long bytes = OVERHEAD + length(record.key()) + length(record.value())
                + TreeSize.of(record.value(), 0, length(record.value()));
        return bytes + BoundedHeaders.size(record.headers());
    }

    static long of(List<ReadRecord> records) {
        return records.stream().mapToLong(read -> of(read.record())).sum();
    }

    /** The records in their order, in parts of at most so many bytes, or of one record that is larger. */
    static List<List<ConsumerRecord<byte[], byte[]>>> parts(
            List<ConsumerRecord<byte[], byte[]>> records, long maxBytes) {
        List<List<ConsumerRecord<byte[], byte[]>>> parts = new ArrayList<>();
        List<ConsumerRecord<byte[], byte[]>> part = new ArrayList<>();
        long bytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            long size = of(record);
            if (!part.isEmpty() && bytes + size > maxBytes) {
                parts.add(part);
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(record);
            bytes += size;
        }
        parts.add(part);
        return parts;
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
