// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.kafka.topic.RecordPublisher;

class DeadLetterPublisherTest {

    private final List<Long> sizes = new ArrayList<>();
    private long taken = Long.MAX_VALUE;
    private RuntimeException failure = new RecordTooLargeException("too large");
    private ProducerRecord<byte[], byte[]> last;

    private final DeadLetterPublisher publisher = new DeadLetterPublisher(new RecordPublisher() {
        @Override
        public CompletionStage<Void> publish(ProducerRecord<byte[], byte[]> record) {
            last = record;
            sizes.add(FittedDeadLetter.size(record));
            return FittedDeadLetter.size(record) <= taken
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(failure);
        }
    }) {
        @Override
        int largest() {
            return 2 << 20;
        }
    };

    @Test
    void sendsAWholeRecordWhereTheTopicTakesIt() {
        send(1 << 20);

        assertThat(sizes).hasSize(1);
        assertThat(last.value()).hasSize(1 << 20);
    }

    @Test
    void sendsNothingThatTheProducerWouldNotTake() {
        send(3 << 20);

        assertThat(sizes).singleElement().satisfies(size -> assertThat(size).isLessThanOrEqualTo(2 << 20));
        assertThat(last.headers().lastHeader(DeadLetterHeaders.TRUNCATED)).isNotNull();
    }

    @Test
    void halvesWhatTheTopicDoesNotTakeUntilItDoes() {
        taken = 20_000;

        send(1 << 20);

        assertThat(sizes.get(sizes.size() - 1)).isBetween(8_000L, 20_000L);
        assertThat(sizes).hasSizeLessThan(12);
    }

    /** The connector retries what it does not know for final, and then fails with an exception of its own. */
    @Test
    void knowsWhatIsFinalBehindTheConnectorsRetries() {
        RuntimeException denied = new TopicAuthorizationException("no right");
        RuntimeException later = new NotEnoughReplicasException("later");

        assertThat(DeadLetterPublisher.isFinal(exhausted(denied))).isTrue();
        assertThat(DeadLetterPublisher.isFinal(exhausted(new KafkaException("a request before failed", denied))))
                .isTrue();
        assertThat(DeadLetterPublisher.cause(exhausted(denied))).isSameAs(denied);
        assertThat(DeadLetterPublisher.isFinal(exhausted(later))).isFalse();
        assertThat(DeadLetterPublisher.isFinal(exhausted(new TimeoutException("late", denied)))).isFalse();
        assertThat(DeadLetterPublisher.isFinal(exhausted(null))).isFalse();
    }

    @Test
    void halvesWhatTheBrokerFindsTooLargeBehindTheConnectorsRetries() {
        taken = 20_000;
        failure = new IllegalStateException("Retries exhausted", new RecordTooLargeException("too large"));

        send(1 << 20);

        assertThat(sizes.get(sizes.size() - 1)).isBetween(8_000L, 20_000L);
    }

    private static Throwable exhausted(Throwable cause) {
        return new CompletionException(new IllegalStateException("Retries exhausted : 3 attempts", cause));
    }

    @Test
    void failsForGoodWhenEvenTheLeastIsTooLarge() {
        taken = 0;

        assertThatThrownBy(() -> send(1 << 20))
                .isInstanceOf(CompletionException.class)
                .satisfies(thrown -> assertThat(DeadLetterPublisher.isFinal(thrown)).isTrue());
        assertThat(sizes).hasSizeLessThan(12);
    }

    @Test
    void triesNothingSmallerForAnotherFailure() {
        taken = 0;
        failure = new TimeoutException("no answer");

        assertThatThrownBy(() -> send(1 << 20))
                .satisfies(thrown -> assertThat(DeadLetterPublisher.isFinal(thrown)).isFalse());
        assertThat(sizes).hasSize(1);
    }

    @Test
    void tellsWhatIsFinalFromWhatMayBeTriedAgain() {
        assertThat(List.of(
                new TopicAuthorizationException("no"), new InvalidTopicException("no"),
                new SerializationException("no"), new RecordTooLargeException("no")))
                .allMatch(DeadLetterPublisher::isFinal);
        assertThat(List.of(
                new TimeoutException("no"), new NotEnoughReplicasException("no"),
                new UnknownTopicOrPartitionException("no"), new IllegalStateException("closed")))
                .noneMatch(DeadLetterPublisher::isFinal);
    }

    private void send(int bytes) {
        publisher.publish("dlq", null, new byte[bytes], List.of(), List.of()).toCompletableFuture().join();
    }
}
