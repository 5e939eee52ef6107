// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.concurrent.RecurringTask;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.health.ComponentHealth.State;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

class TaskHealthTest {

    private RuntimeException failure;

    private final RecurringTask failing = task("lease_sweep", () -> {
        if (failure != null) {
            throw failure;
        }
    });
    private final RecurringTask sound = task("cordons", () -> {});
    private final TaskHealth health = new TaskHealth();

    @Test
    void namesATaskThatFailsUntilARunSucceeds() {
        health.tasks = new Tasks();
        failure = new IllegalStateException("x".repeat(10_000));
        failing.run();
        sound.run();

        assertThat(health.health().state()).isEqualTo(State.DEGRADED);
        assertThat(health.health().message()).startsWith("lease_sweep fails: java.lang.IllegalStateException: xx")
                .doesNotContain("cordons").hasSizeLessThan(300);

        failure = null;
        failing.run();
        assertThat(health.health().state()).isEqualTo(State.HEALTHY);
    }

    /** The component's own health says that. */
    @Test
    void takesNoOutageForATaskThatFails() {
        health.tasks = new Tasks();
        failure = new StoreUnavailableException("away", null);
        failing.run();

        assertThat(health.health().state()).isEqualTo(State.HEALTHY);
    }

    private static RecurringTask task(String name, Runnable body) {
        return new RecurringTask(name, Duration.ofSeconds(1), () -> true, body, () -> {});
    }

    private final class Tasks extends RecurringTasks {

        @Override
        public List<RecurringTask> defective() {
            return Stream.of(failing, sound).filter(task -> task.defect() != null).toList();
        }
    }
}
