// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchProcessorTest {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<List<Integer>> worked = new ArrayList<>();

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void worksOnWhatComesAloneAtOnce() {
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 10, worked::add);

        gatherer.add(1);
        runTasks();

        assertThat(worked).containsExactly(List.of(1));
        assertThat(gatherer.idle()).isTrue();
    }

    @Test
    void worksNextOnAllThatCameMeanwhileInItsOrder() {
        List<BatchProcessor<Integer>> itself = new ArrayList<>();
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 10, some -> {
            worked.add(some);
            if (some.contains(0)) {
                IntStream.range(1, 5).forEach(itself.get(0)::add);
            }
        });
        itself.add(gatherer);

        gatherer.add(0);
        assertThat(gatherer.idle()).isFalse();
        runTasks();

        assertThat(worked).containsExactly(List.of(0), List.of(1, 2, 3, 4));
        assertThat(gatherer.idle()).isTrue();
    }

    @Test
    void takesNoMoreThanMayWaitUntilTheyAreWorkedOn() {
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 10, worked::add);

        assertThat(gatherer.offer(1, 2)).isTrue();
        assertThat(gatherer.offer(2, 2)).isTrue();
        assertThat(gatherer.offer(3, 2)).isFalse();
        runTasks();
        assertThat(gatherer.offer(4, 2)).isTrue();
        runTasks();

        assertThat(worked).containsExactly(List.of(1, 2), List.of(4));
    }

    @Test
    void worksOnNoMoreAtOnceThanItMay() {
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 2, worked::add);

        IntStream.range(0, 5).forEach(gatherer::add);
        runTasks();

        assertThat(worked).containsExactly(List.of(0, 1), List.of(2, 3), List.of(4));
    }

    @Test
    void goesOnAfterAFailure() {
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 1, some -> {
            worked.add(some);
            throw new IllegalStateException("on purpose");
        });

        gatherer.add(1);
        gatherer.add(2);
        runTasks();

        assertThat(worked).containsExactly(List.of(1), List.of(2));
        assertThat(gatherer.idle()).isTrue();
    }

    @Test
    void worksWithOneThreadAtATimeAndLosesNothing() {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            AtomicInteger working = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            BatchProcessor<Integer> gatherer = new BatchProcessor<>(threads, 7, some -> {
                most.accumulateAndGet(working.incrementAndGet(), Math::max);
                done.addAndGet(some.size());
                working.decrementAndGet();
            });

            IntStream.range(0, 10_000).parallel().forEach(gatherer::add);

            await().until(gatherer::idle);
            assertThat(done).hasValue(10_000);
            assertThat(most).hasValue(1);
        } finally {
            threads.shutdownNow();
        }
    }
}
