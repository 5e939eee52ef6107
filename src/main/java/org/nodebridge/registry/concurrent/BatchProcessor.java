// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what comes while earlier things are being worked on, and has all of that worked on next: one thing at once
 * when little comes, so that nothing waits, and many when much does, so that each costs less. What waits is bounded.
 * Safe for many threads; the work is done by one at a time.
 */
public final class BatchProcessor<T> {

    private static final Logger LOG = LoggerFactory.getLogger(BatchProcessor.class);

    private final Executor executor;
    private final int mostAtOnce;
    private final Consumer<List<T>> work;
    private final BlockingQueue<T> waiting;
    private boolean working;

    /**
     * @param mostWaiting the most that waits, without what is being worked on
     * @param mostAtOnce the most that is worked on at once
     * @param work what it throws is logged, and no more
     */
    public BatchProcessor(Executor executor, int mostWaiting, int mostAtOnce, Consumer<List<T>> work) {
        this.executor = executor;
        this.mostAtOnce = mostAtOnce;
        this.work = work;
        this.waiting = new LinkedBlockingQueue<>(mostWaiting);
    }

    /**
     * Has it worked on soon, if there is room for it or will be in time.
     *
     * @param maxWait for room; zero for a caller that must not wait
     * @return whether it will be worked on; not if the thread is interrupted while it waits, which it stays
     */
    public boolean offer(T thing, Duration maxWait) {
        boolean taken = waiting.offer(thing) || offerLater(thing, maxWait);
        if (taken) {
            begin();
        }
        return taken;
    }

    private boolean offerLater(T thing, Duration maxWait) {
        try {
            return waiting.offer(thing, maxWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized void begin() {
        if (!working) {
            working = true;
            executor.execute(this::run);
        }
    }

    /** Whether nothing waits or is worked on. */
    public synchronized boolean idle() {
        return !working && waiting.isEmpty();
    }

    private void run() {
        for (List<T> next = next(); !next.isEmpty(); next = next()) {
            try {
                work.accept(next);
            } catch (RuntimeException | Error e) {
                // an error too: what comes next must not wait for ever for a thread that has gone
                LOG.atError().setCause(e).log("Work that was gathered has failed");
            }
        }
    }

    private synchronized List<T> next() {
        List<T> next = new ArrayList<>();
        waiting.drainTo(next, mostAtOnce);
        working = !next.isEmpty();
        return next;
    }
}
