// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps long background work from holding up requests: after each of its steps comes a
 * pause of twice the time that the step took, as long as there is time for pauses. For one thread.
 */
final class SweepInterval {

    private static final int PAUSE_FOR_WORK = 2;

    private final Pauses pauses;
    private final LongSupplier nanoTime;
    private long nanosLeft;
    private long stepBegan;

    SweepInterval(Duration mostPauses, LongSupplier nanoTime, Pauses pauses) {
        this.nanosLeft = mostPauses.toNanos();
        this.nanoTime = nanoTime;
        this.pauses = pauses;
        this.stepBegan = nanoTime.getAsLong();
    }

    /** How to pass some time. */
    @FunctionalInterface
    interface Pauses {

        /** @return whether there is reason to hurry, so that there are to be no more pauses */
        boolean pause(long nanos) throws InterruptedException;
    }

    /**
     * For work that may take longer for it.
     *
     * @param mostPauses in all
     * @param hurry once it is at zero there are no more pauses, and one under way ends
     */
    static SweepInterval within(Duration mostPauses, CountDownLatch hurry) {
        return new SweepInterval(mostPauses, System::nanoTime, nanos -> hurry.await(nanos, TimeUnit.NANOSECONDS));
    }

    /** For work that a client waits for. */
    static SweepInterval withoutPauses() {
        return new SweepInterval(Duration.ZERO, System::nanoTime, nanos -> true);
    }

    /** Pauses; to be called after each step. An interrupt ends the pauses and stays set. */
    void pause() {
        long pause = Math.min(nanosLeft, PAUSE_FOR_WORK * (nanoTime.getAsLong() - stepBegan));
        nanosLeft -= pause;
        try {
            if (pause > 0 && pauses.pause(pause)) {
                nanosLeft = 0;
            }
        } catch (InterruptedException e) {
            nanosLeft = 0;
            Thread.currentThread().interrupt();
        }
        stepBegan = nanoTime.getAsLong();
    }
}
