// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.retention;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.RetentionSettings;
import org.nodebridge.registry.idempotency.IdempotencyRepository;
import org.nodebridge.registry.introspection.IntrospectionAnswersRepository;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears, once a minute and on the leader, history, tombstones and answers to writes that have been kept long enough.
 */
@ApplicationScoped
public class HistoryPruning {

    private static final Logger LOG = LoggerFactory.getLogger(HistoryPruning.class);
    private static final long INTERVAL_SECONDS = 60;

    /** One step holds its locks for milliseconds, and a pass is over within seconds; the rest waits for the next. */
    private static final int ROWS_IN_A_STEP = 1_000;

    private static final int STEPS_IN_A_PASS = 20;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    private RegistrySettings settings;

    @Inject
    private RetentionRepository repository;

    @Inject
    private IdempotencyRepository idempotency;

    @Inject
    private IntrospectionAnswersRepository introspections;

    @Inject
    private Leadership leadership;

    private Future<?> schedule;

    void start(@Observes Startup startup) {
        schedule = scheduler.scheduleWithFixedDelay(
                this::clear, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes @Priority(10) @BeforeDestroyed(ApplicationScoped.class) Object event) {
        if (schedule != null) {
            schedule.cancel(false);
        }
    }

    private void clear() {
        if (leadership.token().isEmpty()) {
            return;
        }
        RetentionSettings retention = settings.retention();
        try {
            long changes = inSteps(most -> repository.pruneHistory(retention.history(), most));
            long tombstones = inSteps(most -> repository.pruneTombstones(retention.tombstones(), most));
            inSteps(most -> idempotency.prune(retention.idempotency(), most));
            introspections.prune();
            if (changes + tombstones > 0) {
                LOG.atInfo().addKeyValue("changes", changes).addKeyValue("tombstones", tombstones)
                        .log("What was kept long enough has been cleared");
            }
        } catch (StoreException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("Nothing can be cleared now");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("What was kept long enough could not be cleared"); // and the schedule goes on
        }
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
