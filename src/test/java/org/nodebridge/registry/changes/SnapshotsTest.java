// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.store.ChangesRepository;

class SnapshotsTest {

    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger reads = new AtomicInteger();
    private final Snapshots snapshots = new Snapshots(
            new ChangesRepository() {
                @Override
                public RowsAtRevision discoverable() {
                    int read = reads.incrementAndGet();
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return new RowsAtRevision(read, List.of());
                }
            },
            StoredChanges.REVISIONS);

    @Test
    void isOneForAllWhoAskWhileAnotherIsReadAndNeverOlderThanTheQuestion() {
        var first = CompletableFuture.supplyAsync(snapshots::take);
        await().until(() -> reads.get() == 1);
        List<Thread> threads = new ArrayList<>();
        List<CompletableFuture<Snapshots.Snapshot>> later = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            CompletableFuture<Snapshots.Snapshot> taken = new CompletableFuture<>();
            later.add(taken);
            threads.add(new Thread(() -> taken.complete(snapshots.take())));
        }
        threads.forEach(Thread::start);
        await().until(() -> threads.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
        go.countDown();

        assertThat(first.join().revision()).isEqualTo(1);
        assertThat(later).allSatisfy(one -> assertThat(one.join().revision()).isEqualTo(2));
        assertThat(snapshots.take().revision()).isEqualTo(3);
    }
}
