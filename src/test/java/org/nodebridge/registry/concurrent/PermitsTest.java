// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PermitsTest {

    private static final Duration SHORT = Duration.ofMillis(5);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Permits permits = new Permits(10);

    private Permits.Held take(long count, Duration maxWait) {
        return permits.take(count, maxWait, "busy", IllegalStateException::new);
    }

    @Test
    void givesOutNoMoreThanThereAre() {
        Permits.Held some = take(7, SHORT);
        take(3, SHORT);

        assertThatThrownBy(() -> take(1, SHORT)).isInstanceOf(IllegalStateException.class).hasMessage("busy");
        assertThatThrownBy(() -> take(1, Duration.ZERO)).hasMessage("busy");
        assertThat(permits.tryTake()).isEmpty();

        some.close();
        assertThat(permits.free()).isEqualTo(7);
        assertThat(permits.tryTake()).isPresent();
        assertThat(permits.free()).isEqualTo(6);
    }

    @Test
    void refusesByTheCallersException() {
        take(10, SHORT);

        assertThatThrownBy(() -> permits.take(1, SHORT, "others read", IOException::new))
                .isInstanceOf(IOException.class).hasMessage("others read");
    }

    @Test
    void takesThemBackOnce() {
        Permits.Held held = take(4, SHORT);
        take(4, SHORT);

        held.close();
        held.close();

        assertThat(permits.free()).isEqualTo(6);
    }

    @Test
    void takesThemBackWhenTheWorkFails() {
        assertThatThrownBy(() -> {
            try (Permits.Held held = take(4, SHORT)) {
                throw new IllegalArgumentException("on purpose");
            }
        }).hasMessage("on purpose");

        assertThat(permits.free()).isEqualTo(10);
    }

    @Test
    void takesThemBackFromAnotherThread() {
        Permits.Held held = take(10, SHORT);

        CompletableFuture.runAsync(held::close).join();

        assertThat(permits.free()).isEqualTo(10);
    }

    @Test
    void givesAllToACallerThatWantsMoreThanThereAre() {
        try (Permits.Held all = take(Long.MAX_VALUE, SHORT)) {
            assertThat(permits.free()).isZero();
        }
        assertThat(permits.free()).isEqualTo(10);
    }

    @Test
    void growsAsItsCallerNeedsMore() {
        Permits.Held held = permits.none();
        assertThat(permits.free()).isEqualTo(10);

        for (int wanted = 1; wanted <= 6; wanted++) {
            held.growTo(wanted, SHORT, "busy", IllegalStateException::new);
        }
        held.growTo(2, SHORT, "busy", IllegalStateException::new);
        assertThat(permits.free()).isEqualTo(4);

        held.close();
        assertThat(permits.free()).isEqualTo(10);
        held.growTo(1, SHORT, "busy", IllegalStateException::new);
        assertThat(permits.free()).as("a closed one begins again").isEqualTo(9);
    }

    @Test
    void keepsWhatItHasWhenItCannotGrow() {
        Permits.Held held = take(4, SHORT);
        take(3, SHORT);

        assertThatThrownBy(() -> held.growTo(8, SHORT, "busy", IllegalStateException::new)).hasMessage("busy");
        assertThat(permits.free()).isEqualTo(3);

        held.close();
        assertThat(permits.free()).isEqualTo(7);
    }

    @Test
    void shrinksToWhatItsCallerNeeds() {
        Permits.Held held = take(8, SHORT);

        held.shrinkTo(Long.MAX_VALUE);
        assertThat(permits.free()).isEqualTo(2);
        held.shrinkTo(3);
        assertThat(permits.free()).isEqualTo(7);
        held.shrinkTo(5);
        assertThat(permits.free()).as("it has less already").isEqualTo(7);

        held.close();
        assertThat(permits.free()).isEqualTo(10);
    }

    @Test
    void letsACallerWaitUntilEnoughAreFree() {
        Permits.Held first = take(10, SHORT);
        CompletableFuture<Permits.Held> waiting = new CompletableFuture<>();
        Thread caller = started(() -> waiting.complete(take(5, LONG)));
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);

        first.shrinkTo(6);
        assertThat(waiting).isNotDone();
        first.shrinkTo(5);

        waiting.join();
        assertThat(permits.free()).isZero();
    }

    @Test
    void servesCallersInTheirOrder() {
        Permits.Held first = take(10, SHORT);
        List<Integer> served = new CopyOnWriteArrayList<>();
        for (int wanted : new int[] {10, 1}) {
            Thread caller = started(() -> {
                try (Permits.Held held = take(wanted, LONG)) {
                    served.add(wanted);
                }
            });
            await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
        }

        first.shrinkTo(5);
        assertThat(permits.free()).as("kept for the one that wants ten").isEqualTo(5);
        first.close();

        await().until(() -> served.size() == 2);
        assertThat(served).containsExactly(10, 1);
    }

    @Test
    void endsTheWaitOfACallerThatIsInterrupted() {
        Permits.Held all = take(10, SHORT);
        CompletableFuture<String> refusal = new CompletableFuture<>();
        Thread caller = started(() -> {
            try {
                take(1, LONG);
            } catch (IllegalStateException e) {
                refusal.complete(e.getMessage() + ", interrupted: " + Thread.currentThread().isInterrupted());
            }
        });
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);

        caller.interrupt();

        assertThat(refusal.join()).isEqualTo("the registry stops, interrupted: true");
        all.close();
        assertThat(permits.free()).isEqualTo(10);
    }

    @Test
    void losesNoneAmongManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            AtomicInteger out = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            List<Future<?>> callers = new CopyOnWriteArrayList<>();
            IntStream.range(0, 2_000).forEach(i -> callers.add(threads.submit(() -> {
                int count = i % 10 + 1;
                Permits.Held held = take(count, LONG);
                most.accumulateAndGet(out.addAndGet(count), Math::max);
                out.addAndGet(-count);
                held.close();
            })));
            for (Future<?> caller : callers) {
                caller.get(5, TimeUnit.MINUTES);
            }

            assertThat(most.get()).isBetween(1, 10);
            assertThat(permits.free()).isEqualTo(10);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Thread started(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
