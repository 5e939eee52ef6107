// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** So many requests a second regardless of their outcome, each timed from when it should have been sent. */
final class OpenLoop {

    /** A request. */
    interface Call {

        /** Whether its answer is one to be timed. */
        boolean answered() throws Exception;
    }

    private final int perSecond;
    private final int inFlight;

    /** @param inFlight how many may be under way; what has to wait for one is late */
    OpenLoop(int perSecond, int inFlight) {
        this.perSecond = perSecond;
        this.inFlight = inFlight;
    }

    Throughput run(Duration length, Call call, Latencies latencies) throws Exception {
        long start = System.nanoTime();
        long most = length.toMillis() * perSecond / 1_000;
        // where it cannot keep up, no more than twice the time; what is late is late already
        long giveUp = start + 2 * length.toNanos();
        AtomicLong next = new AtomicLong();
        Throughput answered = Workers.run(inFlight, () -> {
            long done = 0;
            for (long number = next.getAndIncrement();
                    number < most && System.nanoTime() < giveUp;
                    number = next.getAndIncrement()) {
                long due = start + TimeUnit.SECONDS.toNanos(number) / perSecond;
                while (due - System.nanoTime() > 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                if (call.answered()) {
                    latencies.record(System.nanoTime() - due);
                    done++;
                }
            }
            return done;
        });
        // those that nobody came to send are as late as that at least
        for (long number = answered.count(); number < most && System.nanoTime() > giveUp; number++) {
            latencies.record(giveUp - start - TimeUnit.SECONDS.toNanos(number) / perSecond);
        }
        return answered;
    }
}
