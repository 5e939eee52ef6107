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

    /** One step holds its locks for milliseconds, and a run is over within seconds; the rest waits for the next. */
    private static final int ROWS_IN_A_STEP = 1_000;

    private static final int STEPS_IN_A_PASS = 20;

    @Inject
    private RecurringTasks tasks;

    @Inject
    private RegistrySettings settings;

    @Inject
    RetentionRepository repository;

    @Inject
    RefusedRows refused;

    /** By their revisions. */
    @Inject
    RefusedRows refusedChanges;

    @Inject
    IdempotencyRepository idempotency;

    @Inject
    IntrospectionAnswersRepository introspections;

    @Inject
    private Leadership leadership;

    void start(@Observes Startup startup) {
        tasks.start("history_pruning", INTERVAL, () -> leadership.token().isPresent(),
                () -> prune(settings.retention()));
    }

    void prune(RetentionSettings retention) {
        RecurringTasks.each(
                () -> log("changes", inSteps(most -> pruneHistory(retention.history(), most))),
                () -> log("tombstones", inSteps(most -> pruneTombstones(retention.tombstones(), most))),
                () -> inSteps(most -> idempotency.prune(retention.idempotency(), most)),
                introspections::prune);
    }

    private static void log(String what, long removed) {
        if (removed > 0) {
            LOG.atInfo().addKeyValue(what, removed).log("What is past its retention was deleted");
        }
    }

    private int pruneHistory(Duration age, int most) {
        return removed(
                "prune_history", refusedChanges, repository.historyDue(age, refusedChanges.lately(), most),
                repository::pruneHistory);
    }

    private int pruneTombstones(Duration age, int most) {
        return removed(
                "prune", refused, repository.tombstonesDue(age, refused.lately(), most),
                some -> repository.pruneTombstones(age, some));
    }

    /** How many were removed; fewer than the most end the run, so that what is refused does not prolong it. */
    private static int removed(
            String event, RefusedRows refused, List<String> due, Function<List<String>, List<String>> removal) {
        Set<String> left = new HashSet<>(due);
        refused.without(event, due, Function.identity(), removal).forEach(left::remove);
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
