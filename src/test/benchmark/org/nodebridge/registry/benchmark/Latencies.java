// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Times to three digits, in milliseconds; longer than ten minutes count as ten minutes. Safe for many threads. */
final class Latencies {

    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Histogram nanos;

    Latencies() {
        this(new ConcurrentHistogram(LONGEST_NANOS, 3));
    }

    private Latencies(Histogram nanos) {
        this.nanos = nanos;
    }

    void record(long elapsedNanos) {
        nanos.recordValue(Math.max(0, Math.min(LONGEST_NANOS, elapsedNanos)));
    }

    /**
     * The same with what a closed loop leaves out: while one answer is late, its sender sends nothing that could be
     * late too.
     *
     * @param expectedNanos how often each sender would have sent
     */
    Latencies correctedFor(long expectedNanos) {
        return new Latencies(nanos.copyCorrectedForCoordinatedOmission(expectedNanos));
    }

    /** These and those, as if measured together. */
    Latencies plus(Latencies others) {
        Histogram sum = nanos.copy();
        sum.add(others.nanos);
        return new Latencies(sum);
    }

    long count() {
        return nanos.getTotalCount();
    }

    /** @param percentile from 0 to 100 */
    double millis(double percentile) {
        if (count() == 0) {
            return Double.NaN;
        }
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }

    /** Percentile to milliseconds, closer and closer to the end. */
    Map<Double, Double> distribution() {
        Map<Double, Double> distribution = new TreeMap<>();
        for (double percentile : new double[] {1, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100}) {
            distribution.put(percentile, millis(percentile));
        }
        return distribution;
    }
}
