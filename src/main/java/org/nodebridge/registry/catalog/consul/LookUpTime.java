// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How much time may go by in looking names up before Consul is written: half of all time, and five seconds at once. A
 * resolver that does not answer holds a call for ten seconds and more, and would be taken for an outage of Consul. Safe
 * for many threads.
 */
final class LookUpTime {

    /** Whether a name may be looked up now. */
    enum Turn {
        TAKEN, REFUSED_FIRST, REFUSED_AGAIN
    }

    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LongSupplier clock;
    private long left = MAX_NANOS;
    private long countedAt;
    private boolean refused;

    /** @param clock in nanoseconds */
    LookUpTime(LongSupplier clock) {
        this.clock = clock;
        this.countedAt = clock.getAsLong();
    }

    synchronized Turn turn() {
        long now = clock.getAsLong();
        left = Math.min(MAX_NANOS, left + (now - countedAt) / 2);
        countedAt = now;
        if (left > 0) {
            refused = false;
            return Turn.TAKEN;
        }
        Turn turn = refused ? Turn.REFUSED_AGAIN : Turn.REFUSED_FIRST;
        refused = true;
        return turn;
    }

    synchronized void spent(long nanos) {
        left -= nanos;
    }
}
