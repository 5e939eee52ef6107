// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Some threads that do the same thing. */
final class Workers {

    /** What a thread does; returns when it is done, and says how much it did. */
    interface Job {
        long work() throws Exception;
    }

    private Workers() {}

    /**
     * Runs the job once on each thread, and throws what any of them threw.
     *
     * @return what they did together, in the time from the first start to the last end
     */
    static Throughput run(int threads, Job job) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        long start = System.nanoTime();
        try {
            List<Future<Long>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(executor.submit(job::work));
            }
            long done = 0;
            for (Future<Long> one : running) {
                done += one.get();
            }
            return new Throughput(done, System.nanoTime() - start);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception known ? known : e;
        } finally {
            executor.shutdownNow();
        }
    }

    /** The moment, by {@link System#nanoTime()}, that lies so far ahead. */
    static long end(Duration length) {
        return System.nanoTime() + length.toNanos();
    }
}
