// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class StoreClockTest {

    private static final Instant POSTGRES = Instant.parse("2026-01-01T10:00:00Z");

    private Instant own = POSTGRES.minusSeconds(120);
    private long nanoTime = -5_000_000_000L;
    private final StoreClock clock = new StoreClock(new Own(), () -> nanoTime);

    @Test
    void isTheReplicasOwnUntilItIsFirstRead() {
        assertThat(clock.now()).isEqualTo(own);
        assertThat(clock.skew()).isEmpty();
    }

    @Test
    void goesOnFromTheMiddleOfTheRoundTripItWasReadIn() {
        clock.read(POSTGRES, nanoTime, nanoTime + 2_000_000);

        nanoTime += 11_000_000;

        assertThat(clock.now()).isEqualTo(POSTGRES.plusMillis(10));
    }

    @Test
    void doesNotFollowTheReplicasClockWhenThatJumps() {
        clock.read(POSTGRES, nanoTime, nanoTime);

        own = own.plus(Duration.ofHours(1));

        assertThat(clock.now()).isEqualTo(POSTGRES);
        assertThat(clock.skew()).hasValue(Duration.ofHours(1).minusMinutes(2));
    }

    @Test
    void saysHowFarTheReplicaIsBehind() {
        clock.read(POSTGRES, nanoTime, nanoTime);

        assertThat(clock.skew()).hasValue(Duration.ofMinutes(-2));
    }

    private final class Own extends Clock {

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return own;
        }
    }
}
