// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {

    private static final TopicPartition ONE = new TopicPartition("introspections", 1);
    private static final TopicPartition TWO = new TopicPartition("introspections", 2);

    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final List<Duration> scheduled = new ArrayList<>();
    private final CollectedHeartbeats collected = new CollectedHeartbeats();
    private final Acknowledgements acknowledgements = new Acknowledgements(collected) {
        @Override
        void later(Duration delay) {
            scheduled.add(delay);
        }
    };

    private Map<TopicPartition, Supplier<CompletionStage<Void>>> offset(TopicPartition partition, String name) {
        return Map.of(partition, () -> CompletableFuture.runAsync(() -> sent.add(name)));
    }

    @Test
    void acknowledgesOnceForManyBatchesAndOfEachPartitionTheLast() {
        acknowledgements.soon(offset(ONE, "one, first"));
        acknowledgements.soon(offset(TWO, "two"));
        acknowledgements.soon(offset(ONE, "one, second"));
        assertThat(scheduled).hasSize(1);
        assertThat(sent).isEmpty();

        acknowledgements.flush();

        assertThat(sent).containsExactlyInAnyOrder("one, second", "two");
    }

    @Test
    void waitsAgainForWhatComesLater() {
        acknowledgements.soon(offset(ONE, "first"));
        acknowledgements.flush();
        acknowledgements.soon(offset(ONE, "second"));
        assertThat(scheduled).hasSize(2);

        acknowledgements.flush();

        assertThat(sent).containsExactly("first", "second");
    }

    @Test
    void acknowledgesNothingOfAPartitionThatWentToAnotherReplicaMeanwhile() {
        acknowledgements.soon(offset(ONE, "one"));
        acknowledgements.soon(offset(TWO, "two"));
        collected.revoked(Set.of(ONE));

        acknowledgements.flush();

        assertThat(sent).containsExactly("two");
    }

    @Test
    void goesOnWhenKafkaDoesNotTakeOne() {
        acknowledgements.soon(Map.of(ONE, () -> CompletableFuture.failedFuture(new IllegalStateException("away"))));
        acknowledgements.flush();
        acknowledgements.soon(offset(ONE, "next"));

        acknowledgements.flush();

        assertThat(sent).containsExactly("next");
    }

    @Test
    void acknowledgesWhatWaitsOfPartitionsThatAreAboutToGoAndNothingOfThemTwice() {
        acknowledgements.soon(offset(ONE, "one"));
        acknowledgements.soon(offset(TWO, "two"));

        acknowledgements.release(Set.of(ONE));
        await().until(() -> sent.equals(List.of("one")));
        acknowledgements.flush();

        assertThat(sent).containsExactly("one", "two");
    }
}
