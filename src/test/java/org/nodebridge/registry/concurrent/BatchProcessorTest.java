// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchProcessorTest {

    private static final Duration NO_WAIT = Duration.ZERO;
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<List<Integer>> worked = new ArrayList<>();

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private static Thread started(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void worksOnWhatComesAloneAtOnce() {
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 10, 10, worked::add);

        gatherer.offer(1, NO_WAIT);
        runTasks();

        assertThat(worked).containsExactly(List.of(1));
        assertThat(gatherer.idle()).isTrue();
    }

    @Test
    void worksNextOnAllThatCameMeanwhileInItsOrder() {
        List<BatchProcessor<Integer>> itself = new ArrayList<>();
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 10, 10, some -> {
            worked.add(some);
            if (some.contains(0)) {
                IntStream.range(1, 5).forEach(each -> itself.get(0).offer(each, NO_WAIT));
            }
        });
        itself.add(gatherer);

        gatherer.offer(0, NO_WAIT);
        assertThat(gatherer.idle()).isFalse();
        runTasks();

        assertThat(worked).containsExactly(List.of(0), List.of(1, 2, 3, 4));
        assertThat(gatherer.idle()).isTrue();
    }

    @Test
    void takesNoMoreThanMayWaitUntilTheyAreWorkedOn() {
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 2, 10, worked::add);

        assertThat(gatherer.offer(1, NO_WAIT)).isTrue();
        assertThat(gatherer.offer(2, NO_WAIT)).isTrue();
        assertThat(gatherer.offer(3, NO_WAIT)).isFalse();
        assertThat(gatherer.offer(3, Duration.ofMillis(5))).as("after a wait").isFalse();
        runTasks();
        assertThat(gatherer.offer(4, NO_WAIT)).isTrue();
        runTasks();

        assertThat(worked).containsExactly(List.of(1, 2), List.of(4));
    }

    @Test
    void letsACallerWaitUntilThereIsRoom() {
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 1, 10, worked::add);
        gatherer.offer(1, NO_WAIT);
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        Thread caller = started(() -> taken.complete(gatherer.offer(2, LONG)));
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);

        runTasks();

        assertThat(taken.join()).isTrue();
        runTasks();
        assertThat(worked.stream().flatMap(List::stream)).containsExactly(1, 2);
        assertThat(gatherer.idle()).isTrue();
    }

    @Test
    void endsTheWaitOfACallerThatIsInterrupted() {
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 1, 10, worked::add);
        gatherer.offer(1, NO_WAIT);
        CompletableFuture<List<Boolean>> seen = new CompletableFuture<>();
        Thread caller = started(() -> {
            boolean taken = gatherer.offer(2, LONG);
            seen.complete(List.of(taken, Thread.currentThread().isInterrupted()));
        });
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);

        caller.interrupt();

        assertThat(seen.join()).as("taken, and whether it is still interrupted").containsExactly(false, true);
        runTasks();
        assertThat(worked).containsExactly(List.of(1));
    }

    @Test
    void takesFromAnInterruptedThreadWhatThereIsRoomFor() {
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 1, 10, worked::add);
        Thread.currentThread().interrupt();

        boolean taken = gatherer.offer(1, NO_WAIT);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(taken).isTrue();
    }

    @Test
    void worksOnNoMoreAtOnceThanItMay() {
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 10, 2, worked::add);

        IntStream.range(0, 5).forEach(each -> gatherer.offer(each, NO_WAIT));
        runTasks();

        assertThat(worked).containsExactly(List.of(0, 1), List.of(2, 3), List.of(4));
    }

    @Test
    void goesOnAfterAFailure() {
        BatchProcessor<Integer> gatherer = new BatchProcessor<>(tasks::add, 10, 1, some -> {
            worked.add(some);
            throw new IllegalStateException("on purpose");
        });

        gatherer.offer(1, NO_WAIT);
        gatherer.offer(2, NO_WAIT);
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
            BatchProcessor<Integer> gatherer = new BatchProcessor<>(threads, 100, 7, some -> {
                most.accumulateAndGet(working.incrementAndGet(), Math::max);
                done.addAndGet(some.size());
                working.decrementAndGet();
            });

            IntStream.range(0, 10_000).parallel().forEach(each -> gatherer.offer(each, LONG));

            await().until(gatherer::idle);
            assertThat(done).hasValue(10_000);
            assertThat(most).hasValue(1);
        } finally {
            threads.shutdownNow();
        }
    }
}
