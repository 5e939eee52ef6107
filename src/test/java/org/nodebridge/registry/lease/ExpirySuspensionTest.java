// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.cluster.ClockReading;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.health.ComponentMonitor;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.replay.TopicReplayRepository;
import org.nodebridge.registry.store.jdbc.StoreClock;

class ExpirySuspensionTest {

    private static final RegistrySettings SETTINGS = RegistrySettings.read(key -> Optional.empty());

    private final ConsumerProgress progress = new ConsumerProgress();
    private final StoreClock clock = new StoreClock();
    private String unhealthy = "";
    private boolean replaying;
    private Duration ahead = Duration.ZERO;
    private final ExpirySuspension suspension = suspension();

    @Test
    void saysNothingWhileAllIsWell() {
        catchUp();

        assertThat(suspension.now()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka", "consul", "postgres"})
    void isWhileAComponentDoesNotDoItsWork(String component) {
        catchUp();
        unhealthy = component;

        assertThat(suspension.now()).hasValueSatisfying(reason -> assertThat(reason).startsWith(component));
    }

    @Test
    void isUntilTheConsumerHasCaughtUp() {
        progress.readUpTo(clock.now());

        assertThat(suspension.now()).hasValueSatisfying(reason -> assertThat(reason).contains("not yet caught up"));
    }

    @Test
    void isWhileTheConsumerIsBehind() {
        catchUp();
        progress.readUpTo(clock.now().minus(SETTINGS.leases().lagLimit()).minusSeconds(1));

        assertThat(suspension.now()).hasValueSatisfying(reason -> assertThat(reason).contains("seconds behind"));
    }

    @Test
    void isWhileNoReplicaConsumesAPartition() {
        catchUp();
        progress.unheard(Set.of("heartbeats-1"), Set.of());

        assertThat(suspension.now()).hasValueSatisfying(reason -> assertThat(reason).contains("heartbeats-1"));
    }

    @Test
    void isWhileNodesCannotWriteToAPartition() {
        catchUp();
        progress.unwritable(Set.of("heartbeats-2"));

        assertThat(suspension.now()).hasValueSatisfying(reason -> assertThat(reason).contains("heartbeats-2"));
    }

    @Test
    void isWhileAReplayRunsOrIsDue() {
        catchUp();
        replaying = true;

        assertThat(suspension.now()).hasValueSatisfying(reason -> assertThat(reason).contains("a replay"));
    }

    /** It is seen by the look that comes first after it, and once. */
    @ParameterizedTest
    @ValueSource(longs = {120, -120})
    void isOnceWhenPostgresClockHasJumped(long seconds) {
        catchUp();
        assertThat(suspension.now()).isEmpty();

        ahead = Duration.ofSeconds(seconds);

        assertThat(suspension.now()).hasValueSatisfying(
                reason -> assertThat(reason).contains("PostgreSQL's clock has jumped by " + seconds + " seconds"));
        assertThat(suspension.clockHasJumped()).isTrue();
        catchUp();
        assertThat(suspension.now()).isEmpty();
        assertThat(suspension.clockHasJumped()).isFalse();
    }

    private void catchUp() {
        progress.caughtUp(Instant.now());
        progress.readUpTo(clock.now());
    }

    private ExpirySuspension suspension() {
        ExpirySuspension made = new ExpirySuspension();
        made.progress = progress;
        made.clock = clock;
        made.reading = new ClockReading() {
            @Override
            public void read() {
                long asked;
                Instant time;
                long answered;
                do { // again where the machine has stood still meanwhile: the jump would not be of whole seconds
                    asked = System.nanoTime();
                    time = Instant.now();
                    answered = System.nanoTime();
                } while (answered - asked > 10_000_000);
                clock.read(time.plus(ahead), asked, answered);
            }
        };
        made.settings = SETTINGS;
        made.monitor = new ComponentMonitor() {
            @Override
            public boolean doesItsWork(String component) {
                return !component.equals(unhealthy);
            }

            @Override
            public ComponentHealth health(String component) {
                return ComponentHealth.unhealthy("it does not answer");
            }
        };
        made.replays = new TopicReplayRepository() {
            @Override
            public boolean outstanding() {
                return replaying;
            }
        };
        return made;
    }
}
