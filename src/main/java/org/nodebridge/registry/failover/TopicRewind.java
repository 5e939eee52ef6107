// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.failover.TimelinesRepository.Rewind;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;
import org.nodebridge.registry.reconcile.ReconciliationRepository;
import org.nodebridge.registry.replay.ReplayStart;
import org.nodebridge.registry.replay.ReplayUnderWayException;
import org.nodebridge.registry.replay.TopicReplay;
import org.nodebridge.registry.replay.TopicReplayRepository;
import org.nodebridge.registry.replay.TopicReplayRequest;
import org.nodebridge.registry.replay.TopicReplays;
import org.nodebridge.registry.store.SchemaMigration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While this replica leads: after a failover of PostgreSQL has the topics read again, from before the last moment that
 * the new primary knows of, and then Consul compared with it. What is to be done stands in PostgreSQL until it is, so
 * that the next leader goes on where this one ends.
 */
@ApplicationScoped
class TopicRewind {

    private static final Logger LOG = LoggerFactory.getLogger(TopicRewind.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final String ACTOR = "failover";

    private final Leadership leadership;
    private final RegistrySettings settings;
    private final TimelinesRepository timelines;
    private final TopicReplays replays;
    private final TopicReplayRepository found;
    private final ReconciliationRepository reconciliations;

    // of the task's one thread at a time
    private int failures;
    private long waitUntil = System.nanoTime();

    @Inject
    public TopicRewind(
            Leadership leadership, RegistrySettings settings, TimelinesRepository timelines, TopicReplays replays,
            TopicReplayRepository found, ReconciliationRepository reconciliations) {
        this.leadership = leadership;
        this.settings = settings;
        this.timelines = timelines;
        this.replays = replays;
        this.found = found;
        this.reconciliations = reconciliations;
    }

    TopicRewind() {
        this(null, null, null, null, null, null); // for the client proxy
    }

    void start(@Observes Startup startup, RecurringTasks tasks, SchemaMigration migration) {
        tasks.start("failover_rewind", INTERVAL, migration::done, this::lead);
    }

    /** Takes the next step, if there is one. */
    void lead() {
        OptionalLong token = leadership.token();
        if (token.isEmpty() || System.nanoTime() - waitUntil < 0) {
            return;
        }
        Optional<Rewind> pending = timelines.pending();
        if (pending.isPresent()) {
            carryOn(pending.get(), token.getAsLong());
        }
    }

    private void carryOn(Rewind rewind, long token) {
        Optional<TopicReplay> last = Optional.ofNullable(rewind.replayId()).flatMap(found::find);
        String status = last.map(TopicReplay::status).orElse("none");
        switch (status) {
            case "running" -> {}
            // an operator who cancels it has decided
            case "done", "cancelled" -> finish(rewind, status, token);
            case "failed" -> {
                pause(last.get().error());
                begin(rewind, token);
            }
            default -> begin(rewind, token);
        }
    }

    private void begin(Rewind rewind, long token) {
        Instant from = rewind.knownUntil().minus(settings.failoverRewind());
        try {
            TopicReplay replay = replays.start(new TopicReplayRequest(
                    new ReplayStart(from, null), null, false, ACTOR));
            timelines.started(replay.id(), token);
            LOG.atWarn().addKeyValue("timeline", rewind.timeline()).addKeyValue("from", from)
                    .addKeyValue("replay", replay.id())
                    .log("PostgreSQL has failed over; the topics are read again");
        } catch (ReplayUnderWayException | TopicUnavailableException e) {
            pause(e.getMessage());
        }
    }

    private void finish(Rewind rewind, String status, long token) {
        // before it is noted as done: twice does no harm, and never would
        reconciliations.request(UUID.randomUUID(), ACTOR, false);
        if (timelines.done(token)) {
            failures = 0;
            LOG.atInfo().addKeyValue("timeline", rewind.timeline()).addKeyValue("replay", rewind.replayId())
                    .addKeyValue("status", status).log("The topics have been read again after the failover");
        }
    }

    private void pause(String reason) {
        failures++;
        waitUntil = System.nanoTime() + settings.retryDelay().after(failures).toNanos();
        LOG.atWarn().addKeyValue("reason", reason).addKeyValue("tries", failures)
                .log("The topics cannot be read again now");
    }
}
