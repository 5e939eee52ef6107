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

    @Test
    void seesWhenPostgresClockJumpsAndFollowsIt() {
        clock.read(POSTGRES, nanoTime, nanoTime);
        nanoTime += 5_000_000_000L;

        clock.read(POSTGRES.plusSeconds(65), nanoTime, nanoTime + 2_000_000);
        assertThat(clock.jump()).hasValueSatisfying(jump -> {
            assertThat(jump.by().toSeconds()).isEqualTo(59); // and 999 ms
            assertThat(jump.number()).isEqualTo(1);
        });
        assertThat(clock.now()).isEqualTo(POSTGRES.plusSeconds(65).minusMillis(1));

        clock.read(POSTGRES.plusSeconds(5), nanoTime, nanoTime + 3_000_000_000L);
        assertThat(clock.jump()).as("also by a slow answer").hasValueSatisfying(
                jump -> assertThat(jump.number()).isEqualTo(2));
        assertThat(clock.now()).isBefore(POSTGRES.plusSeconds(5));
    }

    @Test
    void isUnsteadyForMinutesAfterItHasJumpedMoreThanOnce() {
        clock.read(POSTGRES, nanoTime, nanoTime);
        clock.read(POSTGRES.plusSeconds(60), nanoTime, nanoTime);
        assertThat(clock.unsteady()).as("once, as after a failover").isFalse();
        nanoTime += Duration.ofMinutes(6).toNanos();
        clock.read(POSTGRES.plus(Duration.ofMinutes(6)), nanoTime, nanoTime);
        assertThat(clock.unsteady()).as("long after the first").isFalse();

        nanoTime += Duration.ofMinutes(4).toNanos();
        clock.read(POSTGRES.plus(Duration.ofMinutes(11)), nanoTime, nanoTime);

        assertThat(clock.jump().orElseThrow().number()).isEqualTo(3);
        assertThat(clock.unsteady()).isTrue();
        nanoTime += Duration.ofMinutes(6).toNanos();
        assertThat(clock.unsteady()).isFalse();
    }

    @Test
    void takesASlowAnswerAndADayOfDriftForNoJump() {
        clock.read(POSTGRES, nanoTime, nanoTime);
        clock.read(POSTGRES.plusSeconds(4), nanoTime, nanoTime + 4_000_000_000L);
        assertThat(clock.now()).as("a slow answer is not followed").isEqualTo(POSTGRES);

        nanoTime += Duration.ofDays(1).toNanos();
        clock.read(POSTGRES.plus(Duration.ofDays(1)).plusSeconds(60), nanoTime, nanoTime);

        assertThat(clock.jump()).isEmpty();
        assertThat(clock.now()).isEqualTo(POSTGRES.plus(Duration.ofDays(1)).plusSeconds(60));
    }

    @Test
    void takesAFastAnswerAfterASlowOneForNoJump() {
        clock.read(POSTGRES, nanoTime, nanoTime + 6_000_000_000L);
        nanoTime += 6_000_000_000L;

        clock.read(POSTGRES.plusMillis(50), nanoTime, nanoTime + 5_000_000L);

        assertThat(clock.jump()).isEmpty();
        assertThat(clock.now()).isBefore(POSTGRES.plusSeconds(1));
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
