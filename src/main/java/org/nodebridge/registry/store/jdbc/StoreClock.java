// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * PostgreSQL's clock, which alone decides about leases and ages, so that neither a replica's clock that is wrong nor
 * one that jumps ends a lease or keeps one. It is read every few seconds and carried on by the process's monotonic
 * clock in between. Before it was first read, and only then, the replica's own clock stands in. Safe from any thread.
 */
@ApplicationScoped
public class StoreClock {

    private final Clock own;
    private final LongSupplier nanoTime;
    private volatile Reading last;

    @Inject
    public StoreClock() {
        this(Clock.systemUTC(), System::nanoTime);
    }

    StoreClock(Clock own, LongSupplier nanoTime) {
        this.own = own;
        this.nanoTime = nanoTime;
    }

    /** PostgreSQL's time now. */
    public Instant now() {
        Reading reading = last;
        return reading == null
                ? own.instant()
                : reading.time.plusNanos(nanoTime.getAsLong() - reading.nanoTime);
    }

    /** Whether it has been read. */
    public boolean known() {
        return last != null;
    }

    /** How far this replica's clock is ahead of PostgreSQL's, negative when it is behind; empty while not known. */
    public Optional<Duration> skew() {
        return last == null ? Optional.empty() : Optional.of(Duration.between(now(), own.instant()));
    }

    /**
     * Takes a reading.
     *
     * @param time what PostgreSQL said
     * @param asked {@link System#nanoTime} before it was asked
     * @param answered the same after it had answered; the reading may be wrong by half of the time between
     */
    public void read(Instant time, long asked, long answered) {
        last = new Reading(time, asked + (answered - asked) / 2);
    }

    private record Reading(Instant time, long nanoTime) {}
}
