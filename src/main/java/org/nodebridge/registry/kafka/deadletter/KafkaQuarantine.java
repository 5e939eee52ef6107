// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.kafka.topic.Confirmation;
import org.nodebridge.registry.kafka.topic.QuarantineRefusedException;
import org.nodebridge.registry.kafka.topic.Topics;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts dead letters, with all their headers and some more, on the quarantine topic of the topic they came from. */
@ApplicationScoped
class KafkaQuarantine implements Quarantine {

    /** Why, the second time: {@code unreadable}, {@code unidentified}, {@code refused} or {@code defect}. */
    static final String REASON = "registry-quarantine-reason";
    /** One header for each broken field, {@code path: what is wrong}. */
    static final String FIELD = "registry-quarantine-field";
    /** Where the dead letter lies, {@code topic:partition:offset}. */
    static final String LETTER = "registry-quarantine-letter";
    static final String REPLAYED_AT = "registry-quarantine-replayed-at";

    private static final Logger LOG = LoggerFactory.getLogger(KafkaQuarantine.class);

    private final DeadLetterPublisher publisher;
    private final Topics topics;
    private final KafkaSettings settings;
    private final RegistryMetrics metrics;
    private final ConsumerProgress progress;
    private final DeadLetterLog log;

    @Inject
    KafkaQuarantine(
            DeadLetterPublisher publisher, Topics topics, KafkaSettings settings, RegistryMetrics metrics,
            ConsumerProgress progress, DeadLetterLog log) {
        this.publisher = publisher;
        this.topics = topics;
        this.settings = settings;
        this.metrics = metrics;
        this.progress = progress;
        this.log = log;
    }

    KafkaQuarantine() {
        this(null, null, null, null, null, null); // for the client proxy
    }

    @Override
    public void put(
            ConsumerRecord<byte[], byte[]> letter, String originalTopic, String reason, List<FieldError> errors,
            Instant replayedAt) {
        DeadLetterId id = new DeadLetterId(letter.topic(), letter.partition(), letter.offset());
        String topic = settings.quarantineTopic(originalTopic);
        List<Header> own = new DeadLetterHeaderWriter()
                .with(REASON, reason)
                .withFields(FIELD, errors)
                .with(LETTER, id)
                .with(REPLAYED_AT, replayedAt)
                .all();
        CompletionStage<Void> sent;
        try {
            topics.ensureQuarantine(topic);
            sent = publisher.publish(topic, letter.key(), letter.value(), DeadLetterHeaders.ofLetter(letter.headers()),
                    own);
        } catch (KafkaException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        Confirmation.await(sent.handle((none, failure) -> {
            if (failure != null && DeadLetterPublisher.isFinal(failure)) {
                throw notWritten(id, originalTopic, failure);
            }
            if (failure != null) {
                throw failure instanceof CompletionException known ? known : new CompletionException(failure);
            }
            return null;
        }));
        log.warn("again " + reason + " of " + originalTopic, line -> line
                .addKeyValue("letter", id).addKeyValue("reason", reason)
                .log("A dead letter has failed again and lies in quarantine"));
    }

    /** Counts and shows a letter that the quarantine will never take; it stays where it is. */
    private QuarantineRefusedException notWritten(DeadLetterId letter, String originalTopic, Throwable failure) {
        Throwable cause = DeadLetterPublisher.cause(failure);
        metrics.deadLetterNotWritten(originalTopic);
        progress.deadLetterLost(letter.toString(), cause.getClass().getSimpleName());
        LOG.atError().setCause(cause).addKeyValue("letter", letter)
                .log("A dead letter that has failed again cannot be written to the quarantine, and stays open");
        return new QuarantineRefusedException(
                "the quarantine will never take the letter: " + cause.getClass().getSimpleName(), cause);
    }
}
