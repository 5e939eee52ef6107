// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;

/**
 * Waits with an end, where the code that is waited for has timeouts of its own: a defect there is then an error in the
 * log, and not a thread that waits for ever without a word. Interrupts end no wait and are kept for the caller, since
 * what is under way at a stop is to be finished.
 */
public final class BoundedWait {

    /** More than all that may be ahead takes where each call ends by its timeout, as those have their defaults. */
    public static final Duration LONGEST = Duration.ofMinutes(5);

    private BoundedWait() {}

    /**
     * What the stage ends with.
     *
     * @throws CompletionException with the failure of the stage, or a {@link TimeoutException} when time is up
     */
    public static <T> T result(CompletionStage<T> stage) {
        return result(stage, LONGEST);
    }

    /**
     * The same, for less long.
     *
     * @throws CompletionException with the failure of the stage, or a {@link TimeoutException} when time is up
     */
    public static <T> T result(CompletionStage<T> stage, Duration longest) {
        return uninterrupted(longest, nanos -> {
            try {
                return stage.toCompletableFuture().get(nanos, TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                throw new CompletionException(e.getCause());
            } catch (TimeoutException e) {
                throw tooLong(longest);
            }
        });
    }

    /**
     * Takes the lock, which the caller gives back.
     *
     * @throws CompletionException with a {@link TimeoutException} when time is up; the lock is not taken
     */
    public static void lock(Lock lock) {
        lock(lock, LONGEST);
    }

    static void lock(Lock lock, Duration longest) {
        if (!tryLock(lock, longest)) {
            throw tooLong(longest);
        }
    }

    /** Takes the lock, which the caller gives back; false when time is up first. */
    public static boolean tryLock(Lock lock, Duration longest) {
        return uninterrupted(longest, nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS));
    }

    private static CompletionException tooLong(Duration longest) {
        return new CompletionException(new TimeoutException("waited for " + longest.toSeconds() + " s"));
    }

    private static <T> T uninterrupted(Duration longest, Wait<T> wait) {
        long end = System.nanoTime() + longest.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.upTo(Math.max(0, end - System.nanoTime()));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private interface Wait<T> {

        T upTo(long nanos) throws InterruptedException;
    }
}
