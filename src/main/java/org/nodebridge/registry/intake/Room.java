// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.intake;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Bounds how many records are inside at once, whatever the lag and the pace of the stores: whoever brings some is told
 * when more may come. Safe for many threads.
 */
final class Room {

    private final int enough;
    private int inside;
    private CompletableFuture<Void> more = CompletableFuture.completedFuture(null);

    /** @param enough no more may come while so many are inside; what is inside is at most this and what came last */
    Room(int enough) {
        this.enough = enough;
    }

    /**
     * Lets records in.
     *
     * @return completes when more may come
     */
    synchronized CompletionStage<Void> enter(int records) {
        inside += records;
        if (inside >= enough && more.isDone()) {
            more = new CompletableFuture<>();
        }
        return more;
    }

    /** Lets records out. */
    void leave(int records) {
        CompletableFuture<Void> waited;
        synchronized (this) {
            inside -= records;
            if (inside >= enough) {
                return;
            }
            waited = more;
        }
        waited.complete(null); // not while the lock is held: whoever waits goes on in this thread
    }
}
