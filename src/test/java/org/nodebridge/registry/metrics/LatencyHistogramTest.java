// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

    private final LatencyHistogram times = new LatencyHistogram();

    @Test
    void findsAPercentileToAFifth() {
        IntStream.rangeClosed(1, 1000).forEach(millis -> times.add(Duration.ofMillis(millis)));

        assertThat(times.take(0.99)).isBetween(0.99, 0.99 * 1.2);
    }

    @Test
    void forgetsWhatWasTaken() {
        times.add(Duration.ofSeconds(10));
        times.take(0.99);
        times.add(Duration.ofMillis(1));

        assertThat(times.take(0.99)).isBetween(0.001, 0.0012);
        assertThat(times.take(0.99)).as("of no time").isNaN();
    }

    @Test
    void hasABucketForEveryTime() {
        times.add(Duration.ZERO);
        assertThat(times.take(0.99)).isCloseTo(1e-4, within(1e-9));

        times.add(Duration.ofDays(1));
        assertThat(times.take(0.99)).isBetween(180.0, 300.0);
    }
}
