// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.kafka.topic.OffsetRange;
import org.nodebridge.registry.kafka.topic.OffsetRangeReader;
import org.nodebridge.registry.kafka.topic.TopicConsumer;

/** The end of a region's topic, which tells how many revisions are still to be read. */
final class TopicEnd {

    /** Fewer records are read at once, with which it is known how far the topic is. */
    private static final long MIN_UNREAD = 100;

    /** The last ones may be markers of transactions, which no reader gets, or records that say no revision. */
    private static final long TAIL_RECORDS = 20;

    private static final Comparator<RecordHeaders> BY_HISTORY_AND_REVISION =
            Comparator.comparingLong(RecordHeaders::historyNumber).thenComparingLong(RecordHeaders::revision);

    /** It is for information, and read before anything is applied. */
    private static final Duration MAX_TIME = Duration.ofSeconds(5);

    private TopicEnd() {}

    /**
     * The place of the newest record where much is still to be read; {@code null} otherwise, and where none of the last
     * records tells one. The consumer has to be given again what it shall read.
     * Waits for Kafka, as long as a read of it does.
     *
     * @throws org.nodebridge.registry.kafka.topic.TopicUnavailableException when Kafka does not answer
     */
    static RecordHeaders newest(
            TopicConsumer consumer, Map<TopicPartition, OffsetRange> unread, OffsetRangeReader.Limit limit) {
        if (unread.values().stream().mapToLong(OffsetRange::length).sum() <= MIN_UNREAD) {
            return null;
        }
        Map<TopicPartition, OffsetRange> last = new HashMap<>();
        unread.forEach((partition, range) -> last.put(
                partition, new OffsetRange(Math.max(range.from(), range.to() - TAIL_RECORDS), range.to())));
        OffsetRangeReader records = new OffsetRangeReader(consumer, last, limit);
        RecordHeaders newest = null;
        long end = System.nanoTime() + MAX_TIME.toNanos();
        while (!records.done() && System.nanoTime() - end < 0) {
            for (ConsumerRecord<byte[], byte[]> record : records.next()) {
                RecordHeaders place = RecordHeaders.of(record).orElse(null);
                if (place != null && (newest == null || BY_HISTORY_AND_REVISION.compare(place, newest) > 0)) {
                    newest = place;
                }
            }
        }
        return newest;
    }
}
