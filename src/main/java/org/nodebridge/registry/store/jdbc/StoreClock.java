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

    /** A slower answer tells too little; the next one will be faster, and the last reading goes on until then. */
    private static final Duration MAX_ROUND_TRIP = Duration.ofSeconds(1);

    /** Beside the round trips; no two readings of one clock are further apart than that. */
    private static final Duration NO_JUMP = Duration.ofSeconds(2);

    /** Clocks that are set right little by little gain or lose less than a second in so many. */
    private static final int DRIFT = 1000;

    /** Two jumps within it are of a clock that is not steady; it is said for so long after the second. */
    private static final long REPEATED_NANOS = Duration.ofMinutes(5).toNanos();

    private final Clock own;
    private final LongSupplier nanoTime;
    private volatile Reading last;
    private volatile Jump jump;
    private long jumpedAt;
    private volatile Long repeatedAt;

    /**
     * PostgreSQL's clock was set, or another server with another clock has taken over.
     *
     * @param by forwards, or negative for backwards
     * @param number counts the jumps that this replica has seen, from 1
     */
    public record Jump(Duration by, int number) {}

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

    /** The last jump of PostgreSQL's clock; empty while none was seen. */
    public Optional<Jump> jump() {
        return Optional.ofNullable(jump);
    }

    /** Whether it has jumped more than once within five minutes, the last time within the last five. */
    public boolean unsteady() {
        Long repeated = repeatedAt;
        return repeated != null && nanoTime.getAsLong() - repeated < REPEATED_NANOS;
    }

    /**
     * Takes a reading. One that took longer than a second counts only where there is no better one.
     *
     * @param time what PostgreSQL said
     * @param asked {@link System#nanoTime} before it was asked
     * @param answered the same after it had answered; the reading may be wrong by half of the time between
     */
    public synchronized void read(Instant time, long asked, long answered) {
        Reading before = last;
        Reading now = new Reading(time, asked + (answered - asked) / 2, answered - asked);
        boolean jumped = before != null && now.leaps(before);
        if (jumped) {
            if (jump != null && answered - jumpedAt < REPEATED_NANOS) {
                repeatedAt = answered;
            }
            jumpedAt = answered;
            jump = new Jump(now.since(before), jump == null ? 1 : jump.number + 1);
        }
        if (before == null || jumped || now.roundTrip <= Math.max(before.roundTrip, MAX_ROUND_TRIP.toNanos())) {
            last = now;
        }
    }

    /** @param roundTrip in nanoseconds; the time may be off by half of it */
    private record Reading(Instant time, long nanoTime, long roundTrip) {

        /** How much further this one is than the other, carried on. */
        Duration since(Reading other) {
            return Duration.between(other.time.plusNanos(nanoTime - other.nanoTime), time);
        }

        boolean leaps(Reading other) {
            long explained =
                    NO_JUMP.toNanos() + roundTrip + other.roundTrip + Math.abs(nanoTime - other.nanoTime) / DRIFT;
            return since(other).abs().compareTo(Duration.ofNanos(explained)) > 0;
        }
    }
}
