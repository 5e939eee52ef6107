// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.retention;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.RetentionSettings;
import org.nodebridge.registry.idempotency.IdempotencyRepository;
import org.nodebridge.registry.introspection.IntrospectionAnswersRepository;
import org.nodebridge.registry.store.jdbc.RefusedRows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears, once a minute and on the leader, history, tombstones and answers to writes that have been kept long enough.
 */
@ApplicationScoped
public class HistoryPruning {

    private static final Logger LOG = LoggerFactory.getLogger(HistoryPruning.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    /** One step holds its locks for milliseconds, and a pass is over within seconds; the rest waits for the next. */
    private static final int ROWS_IN_A_STEP = 1_000;

    private static final int STEPS_IN_A_PASS = 20;

    @Inject
    private RecurringTasks tasks;

    @Inject
    private RegistrySettings settings;

    @Inject
    private RetentionRepository repository;

    @Inject
    private RefusedRows refused;

    @Inject
    private IdempotencyRepository idempotency;

    @Inject
    private IntrospectionAnswersRepository introspections;

    @Inject
    private Leadership leadership;

    void start(@Observes Startup startup) {
        tasks.start("history_pruning", INTERVAL, () -> leadership.token().isPresent(), this::prune);
    }

    private void prune() {
        RetentionSettings retention = settings.retention();
        try {
            long changes = inSteps(most -> repository.pruneHistory(retention.history(), most));
            long tombstones = inSteps(most -> pruneTombstones(retention.tombstones(), most));
            if (changes + tombstones > 0) {
                LOG.atInfo().addKeyValue("changes", changes).addKeyValue("tombstones", tombstones)
                        .log("Changes and tombstones past their retention were deleted");
            }
        } finally {
            // these grow too, whatever became of the others
            inSteps(most -> idempotency.prune(retention.idempotency(), most));
            introspections.prune();
        }
    }

    /** How many were removed; fewer than the most end the run, so that what is refused does not prolong it. */
    private int pruneTombstones(Duration age, int most) {
        List<String> due = repository.tombstonesDue(age, refused.lately(), most);
        Set<String> left = new HashSet<>(due);
        refused.without("prune", due, Function.identity(), some -> repository.pruneTombstones(age, some))
                .forEach(left::remove);
        refused.leaveOut(left);
        return due.size() - left.size();
    }

    private static long inSteps(IntUnaryOperator step) {
        long cleared = 0;
        for (int i = 0; i < STEPS_IN_A_PASS; i++) {
            int rows = step.applyAsInt(ROWS_IN_A_STEP);
            cleared += rows;
            if (rows < ROWS_IN_A_STEP) {
                break;
            }
        }
        return cleared;
    }
}
