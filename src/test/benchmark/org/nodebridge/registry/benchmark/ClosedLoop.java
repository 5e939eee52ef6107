// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Duration;

/** So many senders, each of which sends its next request when the one before is answered. */
record ClosedLoop(int inFlight) {

    Throughput run(Duration length, OpenLoop.Call call, Latencies latencies) throws Exception {
        long end = Workers.end(length);
        return Workers.run(inFlight, () -> {
            long done = 0;
            while (System.nanoTime() < end) {
                long start = System.nanoTime();
                if (call.answered()) {
                    latencies.record(System.nanoTime() - start);
                    done++;
                }
            }
            return done;
        });
    }

    /** The latencies of what was measured so, with what waiting senders left out. */
    Latencies corrected(SteadyState.Window measured) {
        return measured.latencies().correctedFor((long) (inFlight * 1e9 / measured.throughput().perSecond()));
    }
}
