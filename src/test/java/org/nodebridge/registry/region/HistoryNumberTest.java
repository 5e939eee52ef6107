// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HistoryNumberTest {

    private static final long NOW = 1_790_000_000_000L;

    private static final long YEARS = Duration.ofDays(3652).toMillis();

    @Test
    void isHigherForEachHistoryForAnyClock() {
        assertThat(HistoryNumber.next(0, 0, NOW, NOW)).isEqualTo(NOW);
        assertThat(HistoryNumber.next(NOW, 0, NOW, NOW)).isEqualTo(NOW + 1);
        assertThat(HistoryNumber.next(0, NOW + 5, NOW, NOW)).isEqualTo(NOW + 6);
        assertThat(HistoryNumber.next(NOW + 7, NOW, 0, NOW)).as("PostgreSQL's was set back").isEqualTo(NOW + 8);
        assertThat(HistoryNumber.next(NOW + 7, NOW, NOW, 0)).as("our own was set back").isEqualTo(NOW + 8);
    }

    @Test
    void passesOverANumberThatNoClockHas() {
        assertThat(HistoryNumber.next(5, Long.MAX_VALUE, NOW, NOW)).as("on the topic").isEqualTo(NOW);
        assertThat(HistoryNumber.next(NOW + YEARS, 0, NOW, NOW)).as("noted while a clock was ahead").isEqualTo(NOW);
        assertThat(HistoryNumber.next(Long.MAX_VALUE, NOW + YEARS, NOW, NOW)).as("both").isEqualTo(NOW);
    }

    @Test
    void isOfPostgresAlthoughAClockIsAheadHere() {
        assertThat(HistoryNumber.next(NOW - 1, 0, NOW, NOW + YEARS)).isEqualTo(NOW);
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
