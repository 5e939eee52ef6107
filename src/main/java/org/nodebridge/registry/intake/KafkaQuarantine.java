// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.nodebridge.registry.config.KafkaSettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.replay.Quarantine;
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

    @Inject
    private LetterPublisher publisher;

    @Inject
    private Topics topics;

    @Inject
    private KafkaSettings settings;

    @Inject
    private RegistryMetrics metrics;

    @Override
    public void put(
            ConsumerRecord<byte[], byte[]> letter, String originalTopic, String reason, List<FieldError> errors,
            Instant replayedAt) {
        String topic = settings.quarantineTopic(originalTopic);
        List<Header> own = new LetterHeaders()
                .with(REASON, reason)
                .withFields(FIELD, errors)
                .with(LETTER, letter.topic() + ":" + letter.partition() + ":" + letter.offset())
                .with(REPLAYED_AT, replayedAt)
                .all();
        try {
            topics.ensureQuarantine(topic);
        } catch (KafkaException e) {
            throw Confirmation.missing(e);
        }
        CompletionStage<Void> sent =
                publisher.publish(topic, letter.key(), letter.value(), letter.headers(), own)
                        .handle((none, failure) -> {
                            if (failure != null && !LetterPublisher.isFinal(failure)) {
                                throw new CompletionException(failure);
                            }
                            if (failure != null) {
                                notWritten(letter, originalTopic, failure);
                            }
                            return null;
                        });
        Confirmation.await(sent);
        LOG.atWarn().addKeyValue("letter", letter.topic() + ":" + letter.partition() + ":" + letter.offset())
                .addKeyValue("reason", reason).log("A dead letter has failed again and lies in quarantine");
    }

    /** The letter stays where it is, and is done with all the same. */
    private void notWritten(ConsumerRecord<byte[], byte[]> letter, String originalTopic, Throwable failure) {
        metrics.deadLetterNotWritten(originalTopic);
        LOG.atError().setCause(failure)
                .addKeyValue("letter", letter.topic() + ":" + letter.partition() + ":" + letter.offset())
                .log("A dead letter that has failed again cannot be written to the quarantine");
    }
}
