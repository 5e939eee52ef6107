// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which other installations live, by notes that each keeps changing: no clocks are compared, but it is counted for how
 * long this replica has seen a note as it is. Looks that fail, or come late, do not count, and counting begins again:
 * who could not read could not have written either. An installation without a note is not known to be dead. Not
 * thread-safe.
 */
final class OtherInstallations {

    /** A look that comes later than this share of the time after the one before is no part of a row of looks. */
    private static final int LATE = 3;

    private record Seen(long value, long since, boolean changed) {}

    private final long ttlNanos;
    private final Map<String, Seen> notes = new HashMap<>();
    private final Set<String> dead = new TreeSet<>();
    private boolean looked;
    private long lastLook;

    OtherInstallations(Duration ttl) {
        this.ttlNanos = ttl.toNanos();
    }

    /**
     * Takes what a look has found.
     *
     * @param found installation to the number that it counts up
     * @param own whose note does not matter
     * @param now nanoseconds of a clock that only goes on, before the look
     */
    void look(Map<String, Long> found, String own, long now) {
        boolean late = !looked || now - lastLook > ttlNanos / LATE;
        looked = true;
        lastLook = now;
        notes.keySet().retainAll(found.keySet());
        found.forEach((installation, value) -> notes.compute(installation, (id, before) -> {
            boolean changed = before != null && before.value != value;
            return before == null || changed || late
                    ? new Seen(value, now, changed || before != null && before.changed)
                    : before;
        }));
        notes.remove(own);
        dead.clear();
        notes.forEach((installation, seen) -> {
            if (now - seen.since >= ttlNanos) {
                dead.add(installation);
            }
        });
    }

    /** A look has failed. */
    void missed() {
        looked = false;
        dead.clear();
    }

    /** Those whose note has stayed as it is for the whole time. */
    Set<String> dead() {
        return Set.copyOf(dead);
    }

    /** Those whose note this replica has seen change, and that are not dead. */
    Set<String> living() {
        Set<String> living = new HashSet<>();
        notes.forEach((installation, seen) -> {
            if (seen.changed && !dead.contains(installation)) {
                living.add(installation);
            }
        });
        return Set.copyOf(living);
    }
}
