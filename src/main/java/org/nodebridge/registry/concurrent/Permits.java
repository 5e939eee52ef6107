// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A fixed number of permits, such as places or bytes: what is under way holds some of them, and gives them back by
 * {@link Held#close}. Callers that wait are served in their order, so that one that needs many gets them too. Safe for
 * many threads; the thread that gives permits back need not be the one that took them.
 */
public final class Permits {

    private final int all;
    private final Semaphore free;

    public Permits(int all) {
        this.all = all;
        this.free = new Semaphore(all, true);
    }

    /** Takes one permit; does not wait. Empty if none is free. */
    public Optional<Held> tryTake() {
        return free.tryAcquire() ? Optional.of(new Held(1)) : Optional.empty();
    }

    /**
     * Takes permits, and waits for those that others hold.
     *
     * @param count how many; all of them if that is more than there are
     * @param busy what is said when others hold too many for longer than {@code maxWait}
     * @throws X made of that text, or of another one when the thread is interrupted, which it stays; nothing is taken
     */
    public <X extends Exception> Held take(long count, Duration maxWait, String busy, Function<String, X> refusal)
            throws X {
        Held held = none();
        held.growTo(count, maxWait, busy, refusal);
        return held;
    }

    /** Takes nothing yet, for a caller that learns bit by bit how much it needs. */
    public Held none() {
        return new Held(0);
    }

    /** How many nobody holds now. */
    int free() {
        return free.availablePermits();
    }

    /** The permits that one caller has. One thread at a time takes more; any thread may give some or all back. */
    public final class Held implements AutoCloseable {

        private final AtomicInteger count;

        private Held(int count) {
            this.count = new AtomicInteger(count);
        }

        /**
         * Takes as many more as are missing to this number, as {@link Permits#take} does; none if it has as many.
         *
         * @throws X nothing more is taken; what is held stays held
         */
        public <X extends Exception> void growTo(
                long wanted, Duration maxWait, String busy, Function<String, X> refusal) throws X {
            int more = (int) Math.min(all, wanted) - count.get();
            if (more <= 0) {
                return;
            }
            try {
                if (!free.tryAcquire(more, maxWait.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw refusal.apply(busy);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw refusal.apply("the registry stops");
            }
            count.addAndGet(more);
        }

        /** Gives back those beyond this number, if it has more. */
        public void shrinkTo(long needed) {
            int before = count.getAndUpdate(now -> (int) Math.min(now, needed));
            free.release(before - (int) Math.min(before, needed));
        }

        /** Gives all of them back; a second time there is nothing to give back. */
        @Override
        public void close() {
            shrinkTo(0);
        }
    }
}
