// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.ConsulPublisher;
import org.nodebridge.registry.registration.PendingWrites;
import org.nodebridge.registry.replay.TopicReplayRepository;
import org.nodebridge.registry.store.PendingHistoryRepository;
import org.nodebridge.registry.store.SchemaMigration;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.jdbc.RefusedRows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to Consul, at a fixed delay, the pending writes that no replica is carrying out; and to the history what could
 * not be noted at once.
 */
@ApplicationScoped
public class PendingWritesSweep {

    private static final Logger LOG = LoggerFactory.getLogger(PendingWritesSweep.class);
    private static final int BATCH = 500;

    /** A row pending for less than this is most likely being written by the replica that changed it. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(5);

    /** Longer than any write to Consul takes, so that a claim outlives only a replica that died with it. */
    private static final Duration CLAIM = Duration.ofSeconds(30);

    @Inject
    private RecurringTasks tasks;

    @Inject
    private RegistrySettings settings;

    @Inject
    private PendingWrites pendingWrites;

    @Inject
    private PendingHistoryRepository history;

    @Inject
    private RefusedRows unnoted;

    @Inject
    private TopicReplayRepository replays;

    @Inject
    private SchemaMigration migration;

    @Inject
    private ConsulPublisher catalog;

    @Inject
    private RegistryMetrics metrics;

    private volatile long pending;

    void start(@Observes Startup startup) {
        metrics.pendingCatalogWrites(() -> pending);
        tasks.start("pending_writes", settings.reconcile().pendingInterval(), migration::done, this::sweep);
    }

    private void sweep() {
        try {
            note();
        } finally {
            write();
        }
    }

    private void note() {
        String last = null;
        List<String> due;
        do {
            due = history.due(last, BATCH);
            Set<String> refused = unnoted.lately();
            unnoted.without("history", due.stream().filter(nodeId -> !refused.contains(nodeId)).toList(),
                    Function.identity(), history::note);
            last = due.isEmpty() ? last : due.get(due.size() - 1);
        } while (due.size() == BATCH);
    }

    private void write() {
        // a replay brings rows to older states on their way to the newest: Consul is to see only where it ends
        boolean more = !replays.writing();
        ToolRegistration last = null;
        while (more) {
            List<ToolRegistration> due = pendingWrites.due(UNDER_WAY, last, BATCH);
            last = due.isEmpty() ? last : due.get(due.size() - 1);
            more = !due.isEmpty() && bring(pendingWrites.claim(due, CLAIM)) && !replays.writing();
        }
        pending = pendingWrites.count();
    }

    /** Whether Consul took all that it was given. */
    private boolean bring(List<ToolRegistration> rows) {
        CatalogOutcome outcome = catalog.applyRows(rows);
        if (!outcome.applied().isEmpty()) {
            LOG.atInfo().addKeyValue("nodes", outcome.applied().size()).log("Pending Consul writes are done");
        }
        pendingWrites.unclaim(outcome.unavailable());
        return outcome.unavailable().isEmpty();
    }
}
