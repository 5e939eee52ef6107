// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HistoryNumberTest {

    private static final long NOW = 1_790_000_000_000L;

    @Test
    void isHigherForEachHistoryWhateverTheClockSays() {
        assertThat(HistoryNumber.next(0, 0, NOW)).isEqualTo(NOW);
        assertThat(HistoryNumber.next(NOW, 0, NOW)).isEqualTo(NOW + 1);
        assertThat(HistoryNumber.next(0, NOW + 5, NOW)).isEqualTo(NOW + 6);
        assertThat(HistoryNumber.next(NOW + 7, NOW, 0)).as("a clock that was set back").isEqualTo(NOW + 8);
    }

    @Test
    void passesOverANumberOnTheTopicThatNoClockHas() {
        assertThat(HistoryNumber.next(5, Long.MAX_VALUE, NOW)).isEqualTo(NOW);
    }

    @Test
    void isCredibleUpToADayAhead() {
        long day = Duration.ofDays(1).toMillis();

        assertThat(HistoryNumber.credible(NOW + day, NOW)).isTrue();
        assertThat(HistoryNumber.credible(NOW + day + 1, NOW)).isFalse();
        assertThat(HistoryNumber.credible(Long.MAX_VALUE, NOW)).isFalse();
        assertThat(HistoryNumber.credible(0, NOW)).isTrue();
    }
}
