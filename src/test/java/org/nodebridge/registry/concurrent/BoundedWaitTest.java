// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class BoundedWaitTest {

    private static final Duration SHORT = Duration.ofMillis(20);

    @Test
    void givesWhatAStageEndsWith() {
        assertThat(BoundedWait.result(CompletableFuture.completedFuture(1))).isEqualTo(1);
        IllegalStateException failure = new IllegalStateException("ours");
        assertThatThrownBy(() -> BoundedWait.result(CompletableFuture.failedFuture(failure)))
                .isInstanceOf(CompletionException.class).hasCause(failure);
    }

    @Test
    void givesUpAStageThatDoesNotEnd() {
        assertThatThrownBy(() -> BoundedWait.result(new CompletableFuture<>(), SHORT))
                .isInstanceOf(CompletionException.class).hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void givesUpALockThatIsNotGivenBack() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        Thread holder = new Thread(() -> {
            lock.lock();
            held.countDown();
            awaitQuietly(over);
            lock.unlock();
        });
        holder.start();
        held.await();

        assertThatThrownBy(() -> BoundedWait.lock(lock, SHORT))
                .isInstanceOf(CompletionException.class).hasCauseInstanceOf(TimeoutException.class);

        over.countDown();
        BoundedWait.lock(lock);
        assertThat(lock.isHeldByCurrentThread()).isTrue();
    }

    @Test
    void anInterruptEndsNoWaitAndIsKept() {
        CompletableFuture<Integer> later = new CompletableFuture<>();
        Thread other = new Thread(() -> later.complete(1));
        Thread.currentThread().interrupt();
        other.start();

        assertThat(BoundedWait.result(later)).isEqualTo(1);
        assertThat(Thread.interrupted()).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
