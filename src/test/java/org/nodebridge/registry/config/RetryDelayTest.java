// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryDelayTest {

    @Test
    void growsThePauseUpToItsLimitAndJitters() {
        RetryDelay delay = new RetryDelay(Duration.ofMillis(100), Duration.ofSeconds(2));

        assertThat(List.of(1, 2, 3, 4, 5, 6, 60)).allSatisfy(failures -> {
            long ceiling = Math.min(2000, 100L << Math.min(failures - 1, 20));
            assertThat(delay.after(failures)).isBetween(Duration.ofMillis(ceiling / 2), Duration.ofMillis(ceiling));
        });
        assertThat(java.util.stream.IntStream.range(0, 50).mapToObj(i -> delay.after(5)).distinct().count())
                .isGreaterThan(1);
    }
}
