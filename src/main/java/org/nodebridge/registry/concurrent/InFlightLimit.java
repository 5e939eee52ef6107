// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Bounds how many records, and how many bytes of them, are in flight at once, regardless of the lag and the speed of
 * the stores: a caller that brings records learns when it may bring more. Safe for many threads.
 */
public final class InFlightLimit {

    private final int maxRecords;
    private final long maxBytes;
    private int records;
    private long bytes;
    private CompletableFuture<Void> more = CompletableFuture.completedFuture(null);

    /** No more may come while so much is in flight; what is in flight is at most this and what came last. */
    public InFlightLimit(int maxRecords, long maxBytes) {
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    /**
     * Lets records in.
     *
     * @return completes when more may come
     */
    public synchronized CompletionStage<Void> enter(int someRecords, long someBytes) {
        records += someRecords;
        bytes += someBytes;
        if (isFull() && more.isDone()) {
            more = new CompletableFuture<>();
        }
        return more;
    }

    /** Lets records out. */
    public void leave(int someRecords, long someBytes) {
        CompletableFuture<Void> waited;
        synchronized (this) {
            records -= someRecords;
            bytes -= someBytes;
            if (isFull()) {
                return;
            }
            waited = more;
        }
        waited.complete(null); // not while the lock is held: the caller that waits goes on in this thread
    }

    /** How many are in flight now. */
    public synchronized int records() {
        return records;
    }

    private boolean isFull() {
        return records >= maxRecords || bytes >= maxBytes;
    }
}
