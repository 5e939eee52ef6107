// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import java.time.Duration;
import java.util.List;
import org.nodebridge.registry.changes.Change;
import org.nodebridge.registry.changes.ChangesRepository.CountAtRevision;

/**
 * How many nodes can be discovered, as their changes tell. Counted now and then too: where that is another number, and
 * by as many each time, another program has changed rows without a change. A single difference says nothing: the
 * changes of a node that changes often are noted together, up to a minute later. Not thread-safe.
 */
final class NodeCount {

    private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

    /** All nodes are published again after a difference. */
    private static final long INTERVAL_AFTER_DIFFERENCE_NANOS = Duration.ofMinutes(10).toNanos();

    private static final int COUNTS_THAT_AGREE = 3;

    private CountAtRevision published;
    private CountAtRevision counted;
    private long nextAt;
    private long difference;
    private int inARow;
    private boolean different;

    /** Begins with what has been counted; {@code now} as all times in nanoseconds that only grow. */
    void begin(CountAtRevision all, long now) {
        published = all;
        counted = null;
        inARow = 0;
        nextAt = now + (different ? INTERVAL_AFTER_DIFFERENCE_NANOS : INTERVAL_NANOS);
        different = false;
    }

    /** Changes that have been published, in a row. */
    void after(List<Change> changes) {
        published = published.after(changes);
        counted = counted == null ? null : counted.after(changes);
    }

    /** Whether the nodes should be counted now. */
    boolean due(long now) {
        return now - nextAt >= 0;
    }

    void counted(CountAtRevision all, long now) {
        counted = all;
        nextAt = now + INTERVAL_NANOS;
    }

    /** Whether other nodes are there than the changes tell, up to the same revision, and have been for some counts. */
    boolean differs() {
        if (counted != null && counted.revision() == published.revision()) {
            long now = counted.nodes() - published.nodes();
            counted = null;
            inARow = now == 0 ? 0 : now == difference ? inARow + 1 : 1;
            difference = now;
            different = inARow >= COUNTS_THAT_AGREE;
        }
        return different;
    }

    /** How many there are at the revision; -1 where they have been counted at another one, or are in doubt. */
    long at(long revision) {
        return published.revision() == revision && inARow == 0 ? published.nodes() : -1;
    }
}
