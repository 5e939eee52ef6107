// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.catalog.OtherInstallations;

/**
 * Which other installations are dead, by notes that each keeps changing: no clocks are compared, but it is counted for
 * how long this replica has seen a note as it is. Reads that fail, or come late, do not count, and counting begins
 * again: a replica that could not read could not have written either. An installation without a note is not known to be
 * dead. Not thread-safe.
 */
final class NoteWatch {

    /** A read that comes later than this share of the ttl after the one before begins a new row of reads. */
    private static final int LATE = 3;

    private record Seen(long value, long since) {}

    private final long ttlNanos;
    private final Map<String, Seen> notes = new HashMap<>();
    private Set<String> known = Set.of();
    private boolean looked;
    private long lastLook;

    NoteWatch(Duration ttl) {
        this.ttlNanos = ttl.toNanos();
    }

    /**
     * Takes what a read of all notes has found.
     *
     * @param found installation to the number that it counts up; without our own
     * @param begun nanoseconds of a monotonic clock, before the read
     * @param ended the same after it: a note has been seen as it is from then on
     */
    OtherInstallations look(Map<String, Long> found, long begun, long ended) {
        boolean late = !looked || ended - lastLook > ttlNanos / LATE;
        looked = true;
        lastLook = begun;
        known = Set.copyOf(found.keySet());
        notes.keySet().retainAll(known);
        Map<String, Long> dead = new HashMap<>();
        found.forEach((installation, value) -> {
            Seen seen = notes.get(installation);
            if (late || seen == null || seen.value != value) {
                notes.put(installation, new Seen(value, ended));
            } else if (begun - seen.since >= ttlNanos) {
                dead.put(installation, value);
            }
        });
        return new OtherInstallations(dead, known, begun, ttlNanos / LATE);
    }

    /** A read has failed: none is dead, and those that were there may still be. */
    OtherInstallations missed(long now) {
        looked = false;
        return new OtherInstallations(Map.of(), known, now, 0);
    }
}
