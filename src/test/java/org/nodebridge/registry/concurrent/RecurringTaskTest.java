// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecurringTaskTest {

    private final AtomicInteger defects = new AtomicInteger();
    private Runnable body = () -> {};
    private final AtomicBoolean due = new AtomicBoolean(true);
    private final RecurringTask task = new RecurringTask(
            "test", Duration.ofSeconds(1), due::get, () -> body.run(), defects::incrementAndGet);

    @Test
    void saysWhenItLastSucceeded() {
        assertThat(task.lastSuccess()).isNull();

        task.run();

        assertThat(task.lastSuccess()).isNotNull();
        assertThat(task.defect()).isNull();
    }

    @Test
    void doesNothingWhileItsPreconditionDoesNotHold() {
        due.set(false);
        body = () -> {
            throw new AssertionError("must not run");
        };

        task.run();

        assertThat(task.lastSuccess()).isNull();
        assertThat(task.defect()).isNull();
    }

    @Test
    void survivesAnyThrowableOfItsBodyAndCountsIt() {
        body = () -> {
            throw new StackOverflowError("deep");
        };

        task.run();

        assertThat(task.defect()).contains("deep");
        assertThat(defects).hasValue(1);
        assertThat(task.lastSuccess()).isNull();
    }

    @Test
    void survivesAnyThrowableOfItsPrecondition() {
        RecurringTask broken = new RecurringTask("test", Duration.ofSeconds(1), () -> {
            throw new IllegalStateException("broken");
        }, () -> {}, defects::incrementAndGet);

        broken.run();

        assertThat(broken.defect()).contains("broken");
    }

    @Test
    void takesAnUnavailableServerForNoDefect() {
        body = () -> {
            throw new NotNow();
        };

        task.run();

        assertThat(task.defect()).isNull();
        assertThat(defects).hasValue(0);
        assertThat(task.lastSuccess()).isNull();
    }

    @Test
    void isNoLongerDefectiveOnceItSucceeds() {
        body = () -> {
            throw new IllegalStateException("broken");
        };
        task.run();
        body = () -> {};

        task.run();

        assertThat(task.defect()).isNull();
    }

    private static final class NotNow extends RuntimeException implements ServerUnavailable {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void doesAllPartsOfARunThoughSomeFailAndThrowsTheDefect() {
        List<String> done = new ArrayList<>();
        RuntimeException unavailable = new Unavailable();
        RuntimeException defect = new IllegalStateException("broken");

        assertThatThrownBy(() -> RecurringTasks.each(
                () -> {
                    throw unavailable;
                },
                () -> done.add("second"),
                () -> {
                    throw defect;
                },
                () -> {
                    throw new IllegalStateException("a later one");
                },
                () -> done.add("last"))).isSameAs(defect);

        assertThat(done).containsExactly("second", "last");
    }

    private static final class Unavailable extends RuntimeException implements ServerUnavailable {

        private static final long serialVersionUID = 1L;
    }
}
