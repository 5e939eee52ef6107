// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepairPlanTest {

    @Test
    void givesEachRowItsShareAndASecondAtLeast() {
        assertThat(plan(60).share(0.25)).isEqualTo(Duration.ofSeconds(15));
        assertThat(plan(60).share(1)).isEqualTo(Duration.ofSeconds(60));
        assertThat(plan(3).share(0.1)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void measuresAllOrTheRowsThatAreNamed() {
        assertThat(plan(60).measures("heartbeats")).isTrue();
        Plan some = new Plan(60, 10_000, 100_000, "", 20, List.of("changed", "jmh"));
        assertThat(some.measures("jmh")).isTrue();
        assertThat(some.measures("heartbeats")).isFalse();
    }

    @Test
    void refusesWhatCannotBeMeasured() {
        assertThatThrownBy(() -> plan(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Plan(60, 10_000, 9_999, "", 20, List.of("all")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Plan plan(int seconds) {
        return new Plan(seconds, 10_000, 100_000, "", 20, List.of("all"));
    }
}
