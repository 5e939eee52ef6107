// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * How far a region's records have been read. Not thread-safe; what becomes of a batch is worked out here and written in
 * its transaction.
 *
 * <p>A history is a run of revisions that counts up. When another one begins, the region tells all its nodes again:
 * they are of a new generation, and what is of an earlier one has left once all are told. It is the same when the topic
 * has to be read again from its beginning.
 */
final class Link {

    /** Of histories that have been: a mirror may send again what it has sent before, but not for ever. */
    private static final int MOST_PAST = 32;

    private UUID historyId;
    private final List<UUID> past;
    private long revision;
    private boolean complete;
    private long generation;
    private long sweptGeneration;
    private String saidRegion;
    private String registryId;

    Link(
            UUID historyId, List<UUID> past, long revision, boolean complete, long generation, long sweptGeneration,
            String saidRegion, String registryId) {
        this.historyId = historyId;
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
    }

    /** Whether the record is of the history that counts, which the first record of another one begins. */
    boolean accepts(RemoteRecord record) {
        if (past.contains(record.historyId())) {
            return false;
        }
        if (!record.historyId().equals(historyId)) {
            if (historyId != null) {
                past.add(historyId);
                if (past.size() > MOST_PAST) {
                    past.remove(0);
                }
                begin();
            }
            historyId = record.historyId();
            revision = 0;
        }
        if (record instanceof RemoteRecord.Beacon beacon) {
            // an older one, read again, may stand before nodes that are still to come
            complete = beacon.complete() && beacon.revision() >= revision || complete;
            saidRegion = beacon.region();
            registryId = beacon.registryId();
        }
        revision = Math.max(revision, record.revision());
        return true;
    }

    /** Whether what is of an earlier generation has left, now that the topic has been read to its end. */
    boolean sweeps() {
        return complete && sweptGeneration < generation;
    }

    void swept() {
        sweptGeneration = generation;
    }

    UUID historyId() {
        return historyId;
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
