// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;

/**
 * Heartbeats that wait to be written, of each node the newest, and the offsets that wait with them. An acknowledgement
 * covers all offsets before it, so a record that comes while something waits has to wait too, heartbeat or not. Knows
 * no resource, and may therefore be used by any thread.
 */
@ApplicationScoped
public class CollectedHeartbeats {

    /** Of each node one record is kept; their bytes have a limit of their own. */
    static final int MOST_NODES = 20_000;

    /** Of these only the count is kept; as many are read again after a crash. */
    static final int MOST_RECORDS = 200_000;

    private static final int USUAL_BYTES = 32 * 1024 * 1024;

    private final int maxBytes;
    private final Set<TopicPartition> lost = new HashSet<>();
    private Part waiting = new Part();
    private Part taken;

    @Inject
    public CollectedHeartbeats(RegistrySettings settings) {
        this.maxBytes = settings == null ? USUAL_BYTES : settings.buffers().heartbeatBytes();
    }

    CollectedHeartbeats() {
        this(null); // for the client proxy
    }

    /** Whether nothing waits, so that the next offsets may be acknowledged by themselves. */
    synchronized boolean nothingWaits() {
        return taken == null && waiting.isEmpty();
    }

    /** Whether so much is collected that no more should be before it is written. */
    synchronized boolean full() {
        return waiting.newest.size() >= MOST_NODES
                || waiting.records >= MOST_RECORDS
                || waiting.bytes >= maxBytes;
    }

    /**
     * Adds a batch.
     *
     * @param departed when nodes left whose departure has been applied: what they said before is of no interest
     * @param offsets how the last record of each partition is acknowledged
     * @param records how many records the batch has, heartbeats or not
     * @return whether it is the first since the last {@link #take}
     */
    synchronized boolean add(
            List<ReadRecord> heartbeats,
            Map<String, Instant> departed,
            Map<TopicPartition, Supplier<CompletionStage<Void>>> offsets,
            int records) {
        boolean first = waiting.isEmpty();
        heartbeats.forEach(waiting::add);
        departed.forEach(waiting::forget);
        waiting.offsets.putAll(offsets);
        waiting.offsets.keySet().removeAll(lost);
        waiting.records += records;
        return first;
    }

    /** Those of the offsets that are still this replica's to acknowledge. */
    synchronized List<Supplier<CompletionStage<Void>>> ours(
            Map<TopicPartition, Supplier<CompletionStage<Void>>> offsets) {
        return offsets.entrySet().stream()
                .filter(offset -> !lost.contains(offset.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Takes all that is collected; until {@link #done} nothing later may be acknowledged. */
    synchronized Part take() {
        taken = waiting;
        waiting = new Part();
        return taken;
    }

    /** The offsets of what was taken that are still this replica's to acknowledge. */
    synchronized List<Supplier<CompletionStage<Void>>> offsetsTaken() {
        return List.copyOf(taken.offsets.values());
    }

    /** What was taken is acknowledged. */
    synchronized void done() {
        taken = null;
    }

    /**
     * These partitions are another replica's now, which reads on from what was committed: what is not acknowledged yet
     * must not be, or it might set that replica's offsets back.
     */
    synchronized void revoked(Collection<TopicPartition> partitions) {
        lost.addAll(partitions);
        waiting.offsets.keySet().removeAll(partitions);
        if (taken != null) {
            taken.offsets.keySet().removeAll(partitions);
        }
    }

    /** These partitions are this replica's. */
    synchronized void assigned(Collection<TopicPartition> partitions) {
        lost.removeAll(partitions);
    }

    /** What goes into one write. Not changed any more, but for its offsets, once it is taken. */
    static final class Part {

        private final Map<String, ReadRecord> newest = new LinkedHashMap<>();
        private final Map<TopicPartition, Supplier<CompletionStage<Void>>> offsets = new HashMap<>();
        private int heartbeats;
        private int records;
        private long bytes;

        boolean isEmpty() {
            return records == 0 && offsets.isEmpty();
        }

        /** The newest heartbeat of each node, as though it had come with the latest of its heartbeats. */
        List<ReadRecord> heartbeats() {
            return List.copyOf(newest.values());
        }

        /** How many heartbeats gave way to a newer one of their node, or to its departure. */
        int superseded() {
            return heartbeats - newest.size();
        }

        private void add(ReadRecord record) {
            heartbeats++;
            ReadRecord before = newest.get(record.heartbeat().nodeId());
            ReadRecord kept = before == null ? record : newer(before, record);
            newest.put(record.heartbeat().nodeId(), kept);
            bytes += kept.bytes() - (before == null ? 0 : before.bytes());
        }

        private void forget(String nodeId, Instant departedAt) {
            ReadRecord record = newest.get(nodeId);
            if (record != null && !record.heartbeat().version().eventTime().isAfter(departedAt)) {
                newest.remove(nodeId);
                bytes -= record.bytes();
            }
        }

        private static ReadRecord newer(ReadRecord before, ReadRecord next) {
            Heartbeat a = before.heartbeat();
            Heartbeat b = next.heartbeat();
            ReadRecord newer = b.version().supersedes(a.version()) ? next : before;
            Instant latest = a.receivedAt().isAfter(b.receivedAt()) ? a.receivedAt() : b.receivedAt();
            return new ReadRecord(newer.record(), newer.heartbeat().receivedAt(latest));
        }
    }
}
