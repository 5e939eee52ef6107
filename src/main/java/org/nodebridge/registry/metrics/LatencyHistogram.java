// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Times in buckets, each a fifth longer than the one before, from a tenth of a millisecond to more than three minutes:
 * a percentile is right to a fifth, and adding a time costs an increment. Safe for many threads.
 */
final class LatencyHistogram {

    private static final double SHORTEST_SECONDS = 1e-4;
    private static final int BUCKETS_PER_DOUBLING = 4;
    private static final int BUCKETS = 85;

    private final LongAdder[] counts = Stream.generate(LongAdder::new).limit(BUCKETS).toArray(LongAdder[]::new);

    void add(Duration time) {
        double seconds = time.toNanos() / 1e9;
        double doublings = Math.log(seconds / SHORTEST_SECONDS) / Math.log(2);
        // without a time at all the logarithm is infinite, which the conversion takes for the least number there is
        int bucket = (int) Math.ceil(doublings * BUCKETS_PER_DOUBLING);
        counts[Math.min(Math.max(0, bucket), BUCKETS - 1)].increment();
    }

    /**
     * A percentile of the times that were added since the last call, which forgets them.
     *
     * @param share above 0, at most 1
     * @return seconds; NaN where no time was added
     */
    double take(double share) {
        long[] taken = Stream.of(counts).mapToLong(LongAdder::sumThenReset).toArray();
        long total = 0;
        for (long count : taken) {
            total += count;
        }
        long rank = (long) Math.ceil(share * total);
        long below = 0;
        for (int bucket = 0; bucket < BUCKETS && total > 0; bucket++) {
            below += taken[bucket];
            if (below >= rank) {
                return SHORTEST_SECONDS * Math.pow(2, (double) bucket / BUCKETS_PER_DOUBLING);
            }
        }
        return Double.NaN;
    }
}
