// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class InFlightLimitTest {

    private final InFlightLimit room = new InFlightLimit(500, 10_000);

    @Test
    void letsMoreComeWhileThereIsRoom() {
        assertThat(room.enter(499, 499)).isCompleted();
    }

    @Test
    void letsNoMoreComeOnceEnoughAreInside() {
        room.enter(499, 499);

        assertThat(room.enter(1, 1)).isNotCompleted();
    }

    /** BatchProcessing's queue is as long as that. */
    @Test
    void letsNoMoreBatchesComeThanThereMayBeRecords() {
        int batches = 1;
        while (room.enter(1, 1).toCompletableFuture().isDone()) {
            batches++;
        }

        assertThat(batches).isEqualTo(500);
    }

    @Test
    void letsMoreComeOnceThereIsRoomAgain() {
        CompletionStage<Void> more = room.enter(700, 700);

        room.leave(200, 200);
        assertThat(more).isNotCompleted();
        room.leave(1, 1);

        assertThat(more).isCompleted();
        assertThat(room.records()).isEqualTo(499);
    }

    @Test
    void letsNoMoreComeOnceAFewLargeRecordsHaveAllBytes() {
        CompletionStage<Void> more = room.enter(3, 10_000);

        assertThat(more).isNotCompleted();
        room.leave(1, 1);

        assertThat(more).isCompleted();
    }

    @Test
    void holdsUpAllWhoComeWhileThereIsNoRoomAndLetsAllOfThemGoOn() {
        CompletionStage<Void> first = room.enter(500, 500);
        CompletionStage<Void> second = room.enter(500, 500);

        room.leave(500, 500);
        assertThat(first).isNotCompleted();
        assertThat(second).isNotCompleted();
        room.leave(500, 500);

        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(room.enter(1, 1)).isCompleted();
    }

    @Test
    void mayBeEnteredByTheCallerThatIsLetIn() {
        CompletableFuture<CompletionStage<Void>> next = new CompletableFuture<>();
        room.enter(500, 500).thenRun(() -> next.complete(room.enter(500, 500)));

        room.leave(500, 500);

        assertThat(next).isCompletedWithValueMatching(more -> !more.toCompletableFuture().isDone());
    }
}
