// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.kafka.topic.BoundedHeaders;
import org.nodebridge.registry.kafka.topic.BoundedValueDeserializer;

/**
 * Tells {@link PolledOffsets} what each poll brought, and bounds the headers of records before polls wait in
 * the channel. Kafka creates it and calls it on the polling thread.
 */
public class PollObserver implements ConsumerInterceptor<byte[], byte[]> {

    /** The client property that holds the {@link PolledOffsets}. */
    static final String OFFSETS = "node-bridge.polled-offsets";

    private PolledOffsets offsets;
    private int maxBytes;

    @Override
    public void configure(Map<String, ?> properties) {
        offsets = (PolledOffsets) properties.get(OFFSETS);
        offsets.observe();
        maxBytes = (Integer) properties.get(BoundedValueDeserializer.MAX_BYTES);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        offsets.brought();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> some = records.records(partition);
            if (!some.isEmpty()) {
                offsets.polled(partition, some.get(some.size() - 1).offset() + 1);
            }
        }
        return BoundedHeaders.of(records, maxBytes);
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> committed) {
        // what is committed is asked of the broker
    }

    @Override
    public void close() {
        // holds nothing
    }
}
