// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.header.Header;
import org.nodebridge.registry.config.kafka.ChannelSettings;
import org.nodebridge.registry.kafka.topic.RecordPublisher;

/**
 * Sends letters as large as they are, and truncated where the producer or the topic does not take them so. What bounds
 * a topic is asked of the broker by trying: each refusal halves what is sent. Safe from any thread.
 */
@ApplicationScoped
public class DeadLetterPublisher {

    /** No topic is made for less. */
    private static final int LEAST = 8 * 1024;

    /** Causes may go round in a circle. */
    private static final int MAX_DEPTH = 20;

    /** What the broker or the client will never take, however often it is tried. */
    private static final Set<Class<? extends Throwable>> FINAL = Set.of(
            RecordTooLargeException.class, RecordBatchTooLargeException.class, AuthorizationException.class,
            InvalidTopicException.class, SerializationException.class, InvalidRecordException.class,
            InvalidTimestampException.class, PolicyViolationException.class,
            UnsupportedForMessageFormatException.class);

    private final RecordPublisher publisher;

    @Inject
    public DeadLetterPublisher(RecordPublisher publisher) {
        this.publisher = publisher;
    }

    DeadLetterPublisher() {
        this(null); // for the client proxy
    }

    /**
     * Sends a letter.
     *
     * @param foreign headers of the record
     * @param own the registry's headers
     * @return completes when the broker has confirmed it, exceptionally with what the broker said of the smallest
     */
    CompletionStage<Void> publish(
            String topic, byte[] key, byte[] value, Iterable<Header> foreign, List<Header> own) {
        return publish(new Parts(topic, key, value, foreign, own), largest());
    }

    /** Overridden where there is no configuration. */
    int largest() {
        return ChannelSettings.largestRequest();
    }

    private CompletionStage<Void> publish(Parts parts, int limit) {
        ProducerRecord<byte[], byte[]> letter = parts.fitted(limit);
        long size = FittedDeadLetter.size(letter);
        CompletableFuture<Void> sent;
        try {
            sent = publisher.publish(letter).toCompletableFuture();
        } catch (RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        return sent.exceptionallyCompose(failure -> {
            Throwable cause = cause(failure);
            int next = (int) Math.min(limit, size) / 2;
            return tooLarge(cause) && next >= LEAST
                    ? publish(parts, next)
                    : CompletableFuture.failedFuture(cause);
        });
    }

    /** Whether the broker or the client will never take the letter. */
    static boolean isFinal(Throwable failure) {
        Throwable cause = cause(failure);
        return FINAL.stream().anyMatch(type -> type.isInstance(cause));
    }

    private static boolean tooLarge(Throwable cause) {
        return cause instanceof RecordTooLargeException || cause instanceof RecordBatchTooLargeException;
    }

    /**
     * What a stage has failed with: what Kafka said, where it did. The connector tries what it does not know for final
     * again and then wraps it.
     */
    public static Throwable cause(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; depth < MAX_DEPTH && at != null; depth++, at = at.getCause()) {
            boolean saysLess = at.getClass() == KafkaException.class && at.getCause() != null;
            if (at instanceof KafkaException && !saysLess) {
                return at;
            }
        }
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private record Parts(String topic, byte[] key, byte[] value, Iterable<Header> foreign, List<Header> own) {

        ProducerRecord<byte[], byte[]> fitted(int limit) {
            return FittedDeadLetter.of(topic, key, value, foreign, own, limit);
        }
    }
}
