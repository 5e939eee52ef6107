// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Which records the consumer of the incoming channel has polled, whether the channel has handed them on or still
 * queues them. A position that is past the last polled record by more than one lies behind offsets that hold nothing
 * readable: transaction markers, aborted records, compacted records. Knows no resource; safe for many threads.
 */
@ApplicationScoped
public class PolledOffsets {

    private final Map<TopicPartition, Long> next = new HashMap<>();
    private boolean observing;
    private long polls;

    /** The consumer reports its polls here; until this is called nothing is known of any partition. */
    synchronized void observe() {
        observing = true;
    }

    /** @param after the offset after the last record of the partition in this poll, or after what lies behind it */
    synchronized void polled(TopicPartition partition, long after) {
        next.put(partition, after);
    }

    /** These partitions were revoked or lost, and their records that are still queued are dropped. */
    synchronized void forget(Collection<TopicPartition> partitions) {
        next.keySet().removeAll(partitions);
    }

    /** A poll has brought records. */
    synchronized void brought() {
        polls++;
    }

    /** How many polls have brought records. */
    synchronized long polls() {
        return polls;
    }

    /** The offset after the last record polled of a partition; {@code null} for none since it was assigned. */
    synchronized Long after(TopicPartition partition) {
        return next.get(partition);
    }

    /**
     * Whether every record polled of a partition since it was assigned has been acknowledged.
     *
     * @param acknowledged the offset after the last acknowledged record; {@code null} for none
     */
    synchronized boolean allAcknowledged(TopicPartition partition, Long acknowledged) {
        Long after = next.get(partition);
        return observing && (after == null || after.equals(acknowledged));
    }
}
