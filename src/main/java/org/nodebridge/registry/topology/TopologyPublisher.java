// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.topology;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.nodebridge.registry.changes.Change;
import org.nodebridge.registry.changes.ChangesRepository;
import org.nodebridge.registry.changes.ChangesRepository.CountAtRevision;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.concurrent.BoundedWait;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.SchemaMigration;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.nodebridge.registry.topology.TopologyRepository.Published;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** While this replica leads: publishes changes on Kafka. */
@ApplicationScoped
public class TopologyPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(TopologyPublisher.class);

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int MOST_CHANGES = 500;
    private static final long LONGEST_FINISH_SECONDS = 5;
    private static final Duration COUNTED = Duration.ofMinutes(1);

    @Inject
    private RecurringTasks tasks;

    @Inject
    private RegistrySettings settings;

    @Inject
    private SchemaMigration migration;

    @Inject
    private Leadership leadership;

    @Inject
    private TopologyTopic topic;

    @Inject
    private TopologyRepository repository;

    @Inject
    private ChangesRepository changes;

    @Inject
    private RegistryMetrics metrics;

    private final ReentrantLock busy = new ReentrantLock();
    private volatile boolean stopping;

    // used by one run at a time
    private boolean taken;
    private long leadingToken;
    private UUID historyId;
    private long revision;
    private CountAtRevision nodes;
    private long countAgainAt;
    private int failures;
    private long waitUntil = System.nanoTime();

    void start(@Observes Startup startup) {
        if (settings.topologyEnabled()) {
            tasks.start("topology", INTERVAL, () -> migration.done() && !stopping, this::lead);
        }
    }

    void stop(@Observes @Priority(10) @BeforeDestroyed(ApplicationScoped.class) Object event)
            throws InterruptedException {
        stopping = true;
        if (settings.topologyEnabled()) {
            boolean finished = busy.tryLock(LONGEST_FINISH_SECONDS, TimeUnit.SECONDS);
            topic.leave();
            if (finished) {
                busy.unlock();
            }
        }
    }

    private void lead() {
        OptionalLong token = leadership.token();
        if (System.nanoTime() - waitUntil < 0) {
            return;
        }
        BoundedWait.lock(busy);
        try {
            if (token.isEmpty()) {
                leave();
            } else if (ready(token.getAsLong())) {
                publish();
            }
            failures = 0;
        } catch (TopologyUnavailableException e) {
            // asked again who leads before it is taken again, so that two replicas do not shut each other out in turn
            leave();
            failures++;
            waitUntil = System.nanoTime() + settings.retryDelay().after(failures).toNanos();
            LOG.atWarn().addKeyValue("reason", e.getMessage()).addKeyValue("tries", failures)
                    .log("Changes could not be published to Kafka");
        } catch (StoreException e) {
            throw e; // goes on where it was
        } catch (RuntimeException e) {
            leave();
            throw e;
        } finally {
            busy.unlock();
        }
    }

    /** Whether this replica is the one that writes; makes it so where PostgreSQL says that it leads. */
    private boolean ready(long token) {
        if (taken && leadingToken == token) {
            return true;
        }
        leave();
        Optional<Published> published = repository.published(token);
        if (published.isEmpty()) {
            return false;
        }
        leadingToken = token;
        historyId = published.get().historyId();
        revision = published.get().revision();
        OptionalLong onTopic = topic.take(historyId);
        taken = true;
        if (onTopic.isPresent() && onTopic.getAsLong() > revision) {
            // published by a leader that ended before it could note so
            revision = onTopic.getAsLong();
            repository.advance(revision, token);
        }
        LOG.atInfo().addKeyValue("revision", revision)
                .log("This replica publishes changes on Kafka after the revision");
        return true;
    }

    private void publish() {
        while (!stopping) {
            List<Change> next = changes.after(revision, MOST_CHANGES);
            if (next.isEmpty()) {
                return;
            }
            if (next.get(0).revision() != revision + 1) {
                LOG.atWarn().addKeyValue("published", revision).addKeyValue("next", next.get(0).revision())
                        .log("Revisions were left out at a failover, or pruned before they were published");
            }
            topic.publish(historyId, TopologyDiff.of(
                    next, settings.registryId(), historyId, nodesAfter(next), Instant.now()));
            revision = next.get(next.size() - 1).revision();
            metrics.topologyChanges(next.size());
            if (!repository.advance(revision, leadingToken)) {
                leave();
                return;
            }
        }
    }

    /** Counts all nodes now and then, and what changes from there on, as counting takes as long as there are nodes. */
    private long nodesAfter(List<Change> next) {
        if (nodes == null || System.nanoTime() - countAgainAt > 0) {
            nodes = changes.countDiscoverable();
            countAgainAt = System.nanoTime() + COUNTED.toNanos();
        }
        nodes = nodes.after(next);
        return nodes.nodes();
    }

    private void leave() {
        nodes = null;
        if (taken) {
            taken = false;
            topic.leave();
        }
    }
}
