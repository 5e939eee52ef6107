// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.conflict;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.EventsApplied;
import org.nodebridge.registry.registration.HeartbeatsApplied;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.SchemaMigration;
import org.nodebridge.registry.store.StoredEvent;
import org.nodebridge.registry.store.jdbc.RefusedRows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to what is applied for two processes with one node id, and writes down those that it finds. */
@ApplicationScoped
class NodeConflicts {

    private static final Logger LOG = LoggerFactory.getLogger(NodeConflicts.class);
    private static final String TASK = "node_conflicts";
    private static final Duration INTERVAL = Duration.ofSeconds(3);

    /** More nodes than the detector looks at are never in conflict at once. */
    private static final int MAX_WAITING = 1_000;

    @Inject
    private RecurringTasks tasks;

    @Inject
    private SchemaMigration migration;

    @Inject
    NodeConflictsRepository conflicts;

    @Inject
    RefusedRows refused;

    private final RegistryMetrics metrics;
    private final ConflictDetector detector = new ConflictDetector();
    private final Map<String, NodeConflict> waiting = new ConcurrentHashMap<>();
    private volatile long current;
    private volatile boolean failed;

    @Inject
    NodeConflicts(RegistryMetrics metrics) {
        this.metrics = metrics;
    }

    NodeConflicts() {
        this(null); // for the client proxy
    }

    void start(@Observes Startup startup) {
        metrics.nodeConflicts(() -> current);
        tasks.start(TASK, INTERVAL, migration::done, this::write);
    }

    void introduced(@Observes EventsApplied applied) {
        harmless(() -> look(applied));
    }

    void renewed(@Observes HeartbeatsApplied applied) {
        harmless(() -> look(applied));
    }

    /** The batch is committed: it must not fail by a defect of ours, or would be done again and dead-lettered. */
    private void harmless(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) {
            metrics.taskDefects(TASK, 1);
            if (!failed) {
                failed = true;
                LOG.atError().setCause(e).log("Two processes with one node id cannot be looked for, by a defect");
            }
        }
    }

    private void look(EventsApplied applied) {
        Map<String, StoredEvent> stored = applied.result().stored().introduced();
        for (NodeEvent event : applied.events()) {
            if (event instanceof Introduced introduced && hasChanged(stored.get(introduced.nodeId()))) {
                detector.changed(introduced).ifPresent(this::found);
            }
        }
    }

    private void look(HeartbeatsApplied applied) {
        Map<String, StoredEvent> stored = applied.result().stored().renewed();
        for (Heartbeat heartbeat : applied.heartbeats()) {
            if (stored.containsKey(heartbeat.nodeId())) {
                detector.heard(heartbeat).ifPresent(this::found);
            }
        }
    }

    private static boolean hasChanged(StoredEvent stored) {
        return stored != null && (stored.outcome() == Outcome.UPDATED || stored.outcome() == Outcome.CREATED);
    }

    /** Observers must not wait, so that it is written later. */
    void found(NodeConflict conflict) {
        if (waiting.size() < MAX_WAITING) {
            waiting.put(conflict.nodeId(), conflict);
        }
    }

    void write() {
        RecurringTasks.each(this::note, this::prune, () -> current = conflicts.count());
    }

    private void prune() {
        List<String> over = conflicts.over(refused.lately(), MAX_WAITING);
        refused.without("prune_conflict", over, Function.identity(), conflicts::prune);
    }

    private void note() {
        List<NodeConflict> some = List.copyOf(waiting.values());
        refused.without("conflict", some, NodeConflict::nodeId, each -> {
            conflicts.note(each);
            each.forEach(conflict -> LOG.atWarn().addKeyValue("node", conflict.nodeId())
                    .addKeyValue("evidence", conflict.evidence()).log("Two processes announce themselves as one node"));
            return List.of();
        });
        // also what is refused: it is found again as long as it lasts
        some.forEach(conflict -> waiting.remove(conflict.nodeId(), conflict));
    }
}
