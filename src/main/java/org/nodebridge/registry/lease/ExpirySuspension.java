// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.nodebridge.registry.cluster.ClockReading;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.health.ComponentMonitor;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.replay.TopicReplayRepository;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreClock.Jump;

/**
 * Why this registry may have missed a heartbeat or probe, or could not act on its absence, or why the end of a lease
 * means nothing. Of one thread at a time.
 */
@ApplicationScoped
class ExpirySuspension {

    @Inject
    ComponentMonitor monitor;

    @Inject
    ConsumerProgress progress;

    @Inject
    StoreClock clock;

    @Inject
    TopicReplayRepository replays;

    @Inject
    RegistrySettings settings;

    @Inject
    ClockReading reading;

    /** The number of the last jump of PostgreSQL's clock after which each lease was given its time again. */
    private int knownJump;

    private boolean jumpedNow;

    /**
     * What is wrong now, for a person; empty when nothing is.
     *
     * @throws org.nodebridge.registry.store.jdbc.StoreException when PostgreSQL is unavailable
     */
    Optional<String> now() {
        jumpedNow = false;
        for (String component : monitor.components()) {
            if (!monitor.doesItsWork(component)) {
                return Optional.of(component + " is not healthy: " + monitor.health(component).message());
            }
        }
        if (progress.caughtUpAt().isEmpty()) {
            return Optional.of("the consumer has not yet caught up with Kafka since the start");
        }
        Duration lagLimit = settings.leases().lagLimit();
        boolean behind = progress.readUpTo()
                .map(time -> time.plus(lagLimit).isBefore(clock.now()))
                .orElse(true);
        if (behind) {
            return Optional.of("the consumer group is more than " + lagLimit.toSeconds() + " seconds behind");
        }
        if (!progress.unheard().isEmpty()) {
            return Optional.of("no replica consumes " + String.join(", ", progress.unheard()));
        }
        if (!progress.unwritable().isEmpty()) {
            return Optional.of("nodes cannot write to " + String.join(", ", progress.unwritable()));
        }
        Optional<String> jumped = jumped();
        if (jumped.isPresent()) {
            return jumped;
        }
        return replays.outstanding()
                ? Optional.of("a replay is running, or due after a failover of PostgreSQL")
                : Optional.empty();
    }

    /** Whether the last answer was that PostgreSQL's clock has jumped, so that times from before say nothing. */
    boolean clockHasJumped() {
        return jumpedNow;
    }

    /** Once after each jump: leases that were written before it end by a clock that is not theirs. */
    private Optional<String> jumped() {
        reading.read(); // now, as the next statement may be the one that ends them
        Optional<Jump> jump = clock.jump().filter(found -> found.number() != knownJump);
        jumpedNow = jump.isPresent();
        jump.ifPresent(found -> knownJump = found.number());
        return jump.map(found -> "PostgreSQL's clock has jumped by " + Math.round(found.by().toMillis() / 1000.0)
                + " seconds");
    }
}
