// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.nodebridge.registry.metrics.RegistryMetrics;

/**
 * Runs every task of the registry that recurs, on the container's threads, from the start of the application to its
 * end. Each has a metric for its last success and one for its defects.
 */
@ApplicationScoped
public class RecurringTasks {

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    private RegistryMetrics metrics;

    private final List<RecurringTask> tasks = new CopyOnWriteArrayList<>();
    private final List<Future<?>> schedules = new CopyOnWriteArrayList<>();

    /**
     * Runs a task at once and then again and again; does not wait for it.
     *
     * @param name lower case with underscores, a label of metrics
     * @param period from the end of a run to the begin of the next
     * @param precondition whether there is anything to do now
     */
    public void start(String name, Duration period, BooleanSupplier precondition, Runnable body) {
        RecurringTask task =
                new RecurringTask(name, period, precondition, body, () -> metrics.taskDefects(name, 1));
        metrics.taskSuccess(name, task::lastSuccess);
        metrics.taskDefects(name, 0);
        tasks.add(task);
        schedules.add(scheduler.scheduleWithFixedDelay(task, 0, period.toMillis(), TimeUnit.MILLISECONDS));
    }

    /**
     * Does all parts of a run, though one of them fails.
     *
     * @throws RuntimeException the first failure, and rather a defect than an unavailable server
     */
    public static void each(Runnable... parts) {
        RuntimeException first = null;
        for (Runnable part : parts) {
            try {
                part.run();
            } catch (RuntimeException e) {
                boolean worse = first instanceof ServerUnavailable && !(e instanceof ServerUnavailable);
                first = first == null || worse ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Those of which the last run ended by a defect. */
    public List<RecurringTask> defective() {
        return tasks.stream().filter(task -> task.defect() != null).toList();
    }

    /** Before all other beans stop. A run that is under way is not waited for; its bean keeps a lock if it must be. */
    void stop(@Observes @Priority(5) @BeforeDestroyed(ApplicationScoped.class) Object event) {
        schedules.forEach(schedule -> schedule.cancel(false));
    }
}
