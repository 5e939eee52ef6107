// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    private static final Offset<Double> THREE_DIGITS = within(0.2);

    @Test
    void tellsPercentilesInMilliseconds() {
        Latencies latencies = new Latencies();
        IntStream.rangeClosed(1, 100).forEach(millis -> latencies.record(TimeUnit.MILLISECONDS.toNanos(millis)));

        assertThat(latencies.millis(50)).isCloseTo(50, THREE_DIGITS);
        assertThat(latencies.millis(99)).isCloseTo(99, THREE_DIGITS);
        assertThat(latencies.millis(100)).isCloseTo(100, THREE_DIGITS);
        assertThat(latencies.count()).isEqualTo(100);
    }

    @Test
    void putsBackWhatAClosedLoopLeavesOut() {
        Latencies latencies = new Latencies();
        IntStream.range(0, 99).forEach(number -> latencies.record(TimeUnit.MILLISECONDS.toNanos(10)));
        // one answer of a second, while a sender every 10 ms would have sent a hundred
        latencies.record(TimeUnit.SECONDS.toNanos(1));

        Latencies corrected = latencies.correctedFor(TimeUnit.MILLISECONDS.toNanos(10));

        assertThat(latencies.millis(90)).isCloseTo(10, THREE_DIGITS);
        assertThat(corrected.millis(90)).isGreaterThan(700);
        assertThat(corrected.count()).isGreaterThan(190);
    }

    @Test
    void keepsATimeThatIsOutOfRange() {
        Latencies latencies = new Latencies();

        latencies.record(-5);
        latencies.record(Duration.ofHours(1).toNanos());

        assertThat(latencies.count()).isEqualTo(2);
        assertThat(latencies.millis(100)).isGreaterThan(590_000);
    }

    @Test
    void hasNoPercentileOfNothing() {
        assertThat(new Latencies().millis(50)).isNaN();
    }
}
