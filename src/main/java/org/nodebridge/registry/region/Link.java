// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * How far a region's records have been read. Not thread-safe; what becomes of a batch is worked out here and written in
 * its transaction.
 *
 * <p>A history is a run of revisions that counts up. When another one begins, the region publishes all its nodes again:
 * they are of a new generation, and what is of an earlier one has left once all are published. It is the same when the
 * topic has to be read again from its beginning.
 */
final class Link {

    /** Of histories that have been: a mirror may send again what it has sent before, but not for ever. */
    private static final int MOST_PAST = 32;

    private UUID historyId;
    private long historyNumber;
    private final List<UUID> past;
    private long revision;
    private boolean complete;
    private long generation;
    private long sweptGeneration;
    private String saidRegion;
    private String registryId;

    // of the beacons of this batch
    private boolean claimed;
    private long nodes = -1;

    // of the record before
    private String refusal;

    Link(
            UUID historyId, long historyNumber, List<UUID> past, long revision, boolean complete, long generation,
            long sweptGeneration,
            String saidRegion, String registryId) {
        this.historyId = historyId;
        this.historyNumber = historyNumber;
        this.past = new ArrayList<>(past);
        this.revision = revision;
        this.complete = complete;
        this.generation = generation;
        this.sweptGeneration = sweptGeneration;
        this.saidRegion = saidRegion;
        this.registryId = registryId;
    }

    /** The topic is read again from its beginning. */
    void begin() {
        generation++;
        complete = false;
        claimed = false;
    }

    /**
     * Whether the record is of the history that counts, which the first record of another one begins. That need not be
     * its beacon: compaction leaves only the last of these, behind all nodes.
     *
     * @param now Unix milliseconds
     */
    boolean accepts(RemoteRecord record, long now) {
        refusal = null;
        if (!record.historyId().equals(historyId)) {
            if (past.contains(record.historyId())) {
                return false;
            }
            if (!HistoryNumber.credible(record.historyNumber(), now)) {
                refuse(record, "history_number is more than a day ahead of the clock here");
                return false;
            }
            if (record.historyNumber() < historyNumber && HistoryNumber.credible(historyNumber, now)) {
                // its nodes may stay on the topic for ever; a beacon says that an exporter is in it
                if (record instanceof RemoteRecord.Beacon) {
                    refuse(record, "history_number is lower than that of the history before");
                }
                return false;
            }
            begin(record);
        }
        take(record);
        return true;
    }

    private void refuse(RemoteRecord record, String reason) {
        refusal = reason;
        if (record instanceof RemoteRecord.Beacon) {
            complete = false; // what the region tells from here on is not known
            claimed = false;
        }
    }

    private void begin(RemoteRecord record) {
        if (historyId != null) {
            past.add(historyId);
            if (past.size() > MOST_PAST) {
                past.remove(0);
            }
            begin();
        }
        historyId = record.historyId();
        historyNumber = record.historyNumber();
        revision = 0;
    }

    private void take(RemoteRecord record) {
        if (record instanceof RemoteRecord.Beacon beacon) {
            // an older one, read again, may stand before nodes that are still to come
            if (beacon.complete() && beacon.revision() >= revision) {
                claimed = true;
                nodes = beacon.nodes();
            }
            saidRegion = beacon.region();
            registryId = beacon.registryId();
        }
        revision = Math.max(revision, record.revision());
    }

    /** What is wrong with the record that was not accepted; {@code null} where such a one is usual. */
    String refusal() {
        return refusal;
    }

    /**
     * Notes that all nodes have been published where the exporter says so, now that the topic has been read to its end,
     * and says whether what is of an earlier generation has left. A mirror that was created again may lack what it
     * brought before: then fewer nodes have come than the exporter has.
     *
     * @param received nodes of this generation, also where no more is known of one than that; asked only where it
     *     matters
     */
    boolean sweeps(LongSupplier received) {
        if (!claimed || sweptGeneration < generation && nodes >= 0 && received.getAsLong() < nodes) {
            return false;
        }
        complete = true;
        return nodes >= 0 && sweptGeneration < generation;
    }

    void swept() {
        sweptGeneration = generation;
    }

    UUID historyId() {
        return historyId;
    }

    long historyNumber() {
        return historyNumber;
    }

    List<UUID> past() {
        return past;
    }

    long revision() {
        return revision;
    }

    boolean complete() {
        return complete;
    }

    long generation() {
        return generation;
    }

    long sweptGeneration() {
        return sweptGeneration;
    }

    String saidRegion() {
        return saidRegion;
    }

    String registryId() {
        return registryId;
    }
}
