// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads of the container's making that do one thing only. The container's own pool grows slowly when its threads
 * wait, and here threads of that pool wait for work that would itself have to wait for a thread of the pool.
 */
public final class DedicatedThreads {

    private DedicatedThreads() {}

    /** So many threads, started on first use; the caller that asks for them ends them. */
    public static ExecutorService of(ThreadFactory container, int threads) {
        return new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), container);
    }
}
