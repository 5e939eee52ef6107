// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The last changes, by their revisions, which have no gap. Bounded in number and in size: the oldest make room. Safe
 * from many threads.
 */
final class ChangeWindow {

    private final StreamEvent[] slots;
    private final long mostBytes;
    private long start;
    private long last;
    private long bytes;

    /** @param mostBytes of all data together; the newest change is kept regardless of its size */
    ChangeWindow(int mostChanges, long mostBytes) {
        this.slots = new StreamEvent[mostChanges];
        this.mostBytes = mostBytes;
    }

    /** Forgets everything; the next change will be the one after the revision. */
    synchronized void begin(long revision) {
        Arrays.fill(slots, null);
        start = revision;
        last = revision;
        bytes = 0;
    }

    /**
     * Takes the next changes.
     *
     * @throws IllegalArgumentException when one is not the next one
     */
    synchronized void append(List<StreamEvent> changes) {
        for (StreamEvent change : changes) {
            if (change.id() != last + 1) {
                throw new IllegalArgumentException("revision " + change.id() + " does not follow " + last);
            }
            if (last - start == slots.length) {
                dropOldest();
            }
            last++;
            slots[slot(last)] = change;
            bytes += change.size();
            while (bytes > mostBytes && last - start > 1) {
                dropOldest();
            }
        }
    }

    /**
     * The next changes after a revision; none when there are none yet.
     *
     * @param most the most changes
     * @param bytes the most bytes; a single change may be longer
     * @return empty when the change after that revision was here and has been dropped, or never was here
     */
    synchronized Optional<List<StreamEvent>> after(long revision, int most, long bytes) {
        if (revision < start) {
            return Optional.empty();
        }
        List<StreamEvent> found = new ArrayList<>();
        long size = 0;
        for (long next = revision + 1; next <= last && found.size() < most; next++) {
            StreamEvent change = slots[slot(next)];
            size += change.size();
            if (size > bytes && !found.isEmpty()) {
                break;
            }
            found.add(change);
        }
        return Optional.of(found);
    }

    /** The last revision; that of {@link #begin} when there has been none since. */
    synchronized long last() {
        return last;
    }

    private void dropOldest() {
        start++;
        bytes -= slots[slot(start)].size();
        slots[slot(start)] = null;
    }

    private int slot(long revision) {
        return (int) (revision % slots.length);
    }
}
