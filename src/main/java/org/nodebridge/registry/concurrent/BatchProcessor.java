// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what comes while earlier things are being worked on, and has all of that worked on next: one thing at once
 * when little comes, so that nothing waits, and many when much does, so that each costs less. Safe for many threads;
 * the work is done by one at a time.
 */
public final class BatchProcessor<T> {

    private static final Logger LOG = LoggerFactory.getLogger(BatchProcessor.class);

    private final Executor executor;
    private final int most;
    private final Consumer<List<T>> work;
    private final Queue<T> waiting = new ArrayDeque<>();
    private boolean working;

    /**
     * @param most the most that is worked on at once
     * @param work what it throws is logged, and no more
     */
    public BatchProcessor(Executor executor, int most, Consumer<List<T>> work) {
        this.executor = executor;
        this.most = most;
        this.work = work;
    }

    /** Has it worked on soon; does not wait. */
    public synchronized void add(T thing) {
        waiting.add(thing);
        if (!working) {
            working = true;
            executor.execute(this::run);
        }
    }

    /**
     * The same, unless so many wait already, without those that are being worked on.
     *
     * @return whether it will be worked on
     */
    public synchronized boolean offer(T thing, int mostWaiting) {
        if (waiting.size() >= mostWaiting) {
            return false;
        }
        add(thing);
        return true;
    }

    /** Whether nothing waits or is worked on. */
    public synchronized boolean idle() {
        return !working;
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
        List<T> next = new ArrayList<>(Math.min(most, waiting.size()));
        while (next.size() < most && !waiting.isEmpty()) {
            next.add(waiting.remove());
        }
        working = !next.isEmpty();
        return next;
    }
}
