// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuietPeriodTest {

    private final QuietPeriod quiet = new QuietPeriod(Duration.ofSeconds(15), at(0));

    @Test
    void lastsFromTheStart() {
        assertThat(quiet.observe(Optional.empty(), at(5))).isEmpty();

        assertThat(quiet.lasts(at(7))).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void beginsAgainWithTheLastSweepThatFoundTrouble() {
        assertThat(quiet.observe(Optional.of("Kafka is unavailable"), at(5))).contains("Kafka is unavailable");
        quiet.observe(Optional.of("Kafka is unavailable"), at(10));
        assertThat(quiet.observe(Optional.empty(), at(15))).isEmpty();

        assertThat(quiet.lasts(at(16))).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void beginsAgainWhenTheProcessStoodStill() {
        quiet.observe(Optional.empty(), at(5));

        assertThat(quiet.observe(Optional.empty(), at(65))).contains("this replica stood still for 60 seconds");
        assertThat(quiet.lasts(at(65))).isZero();
        assertThat(quiet.observe(Optional.empty(), at(70))).isEmpty();
    }

    private static long at(long seconds) {
        return Duration.ofSeconds(seconds).toNanos() - 1_000_000_000_000L;
    }
}
