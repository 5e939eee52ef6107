// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallerRatesTest {

    private long now = System.nanoTime();
    private final CallerRates rates = new CallerRates(() -> now);

    @Test
    void letsACallerAskAsOftenAsInASecondAndThenAtThatRate() {
        assertThat(taken("a", 25)).isEqualTo(10);

        now += Duration.ofMillis(300).toNanos();

        assertThat(taken("a", 25)).isEqualTo(3);
    }

    @Test
    void savesNothingBeyondASecond() {
        taken("a", 10);

        now += Duration.ofHours(1).toNanos();

        assertThat(taken("a", 25)).isEqualTo(10);
    }

    @Test
    void countsEachCallerForItself() {
        taken("a", 10);

        assertThat(taken("b", 25)).isEqualTo(10);
        assertThat(taken("a", 1)).isZero();
    }

    private long taken(String caller, int times) {
        return IntStream.range(0, times).filter(each -> rates.take(caller, 10)).count();
    }
}
