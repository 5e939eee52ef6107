// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds offsets that were acknowledged and that the broker does not know. The connector commits without waiting, and
 * what an outage of the broker has swallowed it does not commit again: until the next record of that partition came,
 * the group would look as though it were behind, and no lease would end. Knows no resource; safe for many threads.
 */
@ApplicationScoped
public class LostCommits {

    private final Map<TopicPartition, Long> acknowledged = new HashMap<>();
    private Map<TopicPartition, Long> behind = Map.of();

    private final Map<TopicPartition, Integer> eras = new HashMap<>();
    private final Map<TopicPartition, Long> taken = new HashMap<>();
    private final Map<TopicPartition, Long> queued = new HashMap<>();

    /**
     * A batch of a partition has been taken from the channel.
     *
     * @param last the offset of its last record
     * @return the era that its acknowledgement is to name
     */
    synchronized int took(TopicPartition partition, long last) {
        Long before = queued.get(partition);
        if (before != null && last + 1 >= before) {
            queued.remove(partition);
        }
        taken.put(partition, last);
        int era = eras.getOrDefault(partition, 0);
        return before == null ? era : era - 1;
    }

    /**
     * These partitions are read again from their beginning: what has been read and not acknowledged yet belongs to an
     * era that has ended, and acknowledging it would pass over what comes now.
     *
     * @param polled the offset after the last record polled of a partition, {@code null} for none: up to it the channel
     *     may still queue records of the era that ends, unless all of them have been acknowledged
     */
    synchronized void restart(Collection<TopicPartition> partitions, Function<TopicPartition, Long> polled) {
        for (TopicPartition partition : partitions) {
            Long after = polled.apply(partition);
            Long last = taken.remove(partition);
            queued.remove(partition);
            if (after != null && !after.equals(acknowledged.get(partition)) && (last == null || last + 1 < after)) {
                queued.put(partition, after);
            }
            eras.merge(partition, 1, Integer::sum);
            acknowledged.remove(partition);
        }
    }

    /**
     * The same as {@link #acknowledged(TopicPartition, long)} for a batch of an era.
     *
     * @return false when that has ended, so that the batch must not be acknowledged
     */
    synchronized boolean acknowledged(TopicPartition partition, long next, int era) {
        if (era != eras.getOrDefault(partition, 0)) {
            return false;
        }
        acknowledged(partition, next);
        return true;
    }

    /** @param next the offset after the record that has been acknowledged */
    synchronized void acknowledged(TopicPartition partition, long next) {
        acknowledged.merge(partition, next, Math::max);
    }

    /** These partitions are another replica's now. */
    synchronized void forget(Collection<TopicPartition> partitions) {
        acknowledged.keySet().removeAll(partitions);
        taken.keySet().removeAll(partitions);
        queued.keySet().removeAll(partitions);
    }

    /**
     * Looks for what is lost: what the broker did not know at the last check either, with nothing acknowledged since. A
     * commit that is on its way is not lost.
     *
     * @param committed what the broker says the group will read next
     * @return the offsets to commit again
     */
    synchronized Map<TopicPartition, Long> look(Map<TopicPartition, Long> committed) {
        Map<TopicPartition, Long> now = new HashMap<>();
        acknowledged.forEach((partition, next) -> {
            if (committed.getOrDefault(partition, next) < next) {
                now.put(partition, next);
            }
        });
        Map<TopicPartition, Long> lost = new HashMap<>(now);
        lost.entrySet().retainAll(behind.entrySet());
        behind = now;
        return lost;
    }

    /** All that has been acknowledged, of each partition the last. */
    synchronized Map<TopicPartition, Long> all() {
        return Map.copyOf(acknowledged);
    }

    /** The offset after the last acknowledged record of a partition; {@code null} for none. */
    synchronized Long last(TopicPartition partition) {
        return acknowledged.get(partition);
    }

    /** Whether this is still what has been acknowledged last, so that committing it again sets no offset back. */
    synchronized boolean stands(TopicPartition partition, long next) {
        return acknowledged.getOrDefault(partition, -1L) == next;
    }
}
