// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Collectors;
import org.nodebridge.registry.concurrent.RecurringTask;
import org.nodebridge.registry.concurrent.RecurringTasks;

/** Whether all that recurs in the registry is done; a task whose last run ended by a defect is named with it. */
@ApplicationScoped
class TaskHealth implements FeatureHealth {

    private static final int MAX_LENGTH = 200;

    @Inject
    RecurringTasks tasks;

    @Override
    public String feature() {
        return "tasks";
    }

    @Override
    public ComponentHealth health() {
        List<RecurringTask> defective = tasks.defective();
        ComponentHealth health = ComponentHealth.healthy("all recurring tasks run");
        return defective.isEmpty()
                ? health
                : health.degraded(defective.stream().map(TaskHealth::described).collect(Collectors.joining("; ")));
    }

    private static String described(RecurringTask task) {
        String defect = String.valueOf(task.defect()); // it may have succeeded since
        return task.name() + " fails: "
                + (defect.length() > MAX_LENGTH ? defect.substring(0, MAX_LENGTH) + "…" : defect);
    }
}
