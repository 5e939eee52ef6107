// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

class DutyCycleTest {

    /** Near its end: the clock of a JVM may begin anywhere, and then goes over. */
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5);

    private final DutyCycle sparing = new DutyCycle(0.05, () -> now);

    @Test
    void isDueAtFirst() {
        assertThat(sparing.isDue()).isTrue();
    }

    @Test
    void isDueAgainAfterTwentyTimesAsLongAsItTook() {
        String result = sparing.timed(() -> {
            pass(500);
            return "counted";
        });

        assertThat(result).isEqualTo("counted");
        pass(9_499);
        assertThat(sparing.isDue()).isFalse();
        pass(1);
        assertThat(sparing.isDue()).isTrue();
    }

    @Test
    void isStillDueWhenItFailed() {
        assertThatThrownBy(() -> sparing.timed(() -> {
            pass(500);
            throw new StoreUnavailableException("away", null);
        })).isInstanceOf(StoreUnavailableException.class);

        assertThat(sparing.isDue()).isTrue();
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
