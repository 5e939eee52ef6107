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
 * Waits with an end, where the code that is waited for has timeouts of its own: a defect there is then a failure that
 * the caller sees, and not a thread that waits for ever. Interrupts end no wait and are kept for the caller, since what
 * is under way at a stop is to be finished.
 */
public final class BoundedWait {

    /** More than a thousand changes take that are written to a slow Consul one by one, which is the most that waits. */
    public static final Duration MAX_WAIT = Duration.ofMinutes(30);

    private BoundedWait() {}

    /**
     * What the stage ends with.
     *
     * @throws CompletionException with the failure of the stage, or a {@link TimeoutException} when time is up
     */
    public static <T> T result(CompletionStage<T> stage) {
        return result(stage, MAX_WAIT);
    }

    /**
     * The same, for less long.
     *
     * @throws CompletionException with the failure of the stage, or a {@link TimeoutException} when time is up
     */
    public static <T> T result(CompletionStage<T> stage, Duration max) {
        return uninterrupted(max, nanos -> {
            try {
                return stage.toCompletableFuture().get(nanos, TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                throw new CompletionException(e.getCause());
            } catch (TimeoutException e) {
                throw tooLong(max);
            }
        });
    }

    /**
     * Takes the lock, which the caller gives back.
     *
     * @throws CompletionException with a {@link TimeoutException} when time is up; the lock is not taken
     */
    public static void lock(Lock lock) {
        lock(lock, MAX_WAIT);
    }

    static void lock(Lock lock, Duration max) {
        if (!tryLock(lock, max)) {
            throw tooLong(max);
        }
    }

    /** Takes the lock, which the caller gives back; false when time is up first. */
    public static boolean tryLock(Lock lock, Duration max) {
        return uninterrupted(max, nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS));
    }

    private static CompletionException tooLong(Duration max) {
        return new CompletionException(new TimeoutException("waited for " + max.toSeconds() + " s"));
    }

    private static <T> T uninterrupted(Duration max, Wait<T> wait) {
        long end = System.nanoTime() + max.toNanos();
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
