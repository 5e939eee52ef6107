// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import java.time.Duration;
import java.util.Optional;

/** Since when there has been no trouble. Of one thread at a time. */
final class QuietPeriod {

    private final long longestGap;
    private long quietSince;
    private long lastLook;

    /**
     * @param longestGap looks further apart than this mean that this process, or its machine, stood still, and heard
     *     nobody meanwhile
     * @param now by {@link System#nanoTime}, as everywhere here
     */
    QuietPeriod(Duration longestGap, long now) {
        this.longestGap = longestGap.toNanos();
        this.quietSince = now;
        this.lastLook = now;
    }

    /**
     * Takes a sweep into account.
     *
     * @param trouble what is wrong now
     * @return what stands in the way of expiry
     */
    Optional<String> observe(Optional<String> trouble, long now) {
        long gap = now - lastLook;
        lastLook = now;
        Optional<String> found = trouble.isPresent() || gap <= longestGap
                ? trouble
                : Optional.of("this replica stood still for " + Duration.ofNanos(gap).toSeconds() + " seconds");
        if (found.isPresent()) {
            quietSince = now;
        }
        return found;
    }

    /** How long there has been no trouble. */
    Duration lasts(long now) {
        return Duration.ofNanos(now - quietSince);
    }
}
