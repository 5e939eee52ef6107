// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.nodebridge.registry.config.KafkaSettings;
import org.nodebridge.registry.event.FieldError;
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
    private static final int MOST_FIELDS = 100;

    @Inject
    private RecordPublisher publisher;

    @Inject
    private Topics topics;

    @Inject
    private KafkaSettings settings;

    @Override
    public void put(
            ConsumerRecord<byte[], byte[]> letter, String originalTopic, String reason, List<FieldError> errors,
            Instant replayedAt) {
        String topic = settings.quarantineTopic(originalTopic);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, letter.key(), letter.value());
        letter.headers().forEach(record.headers()::add);
        header(record, REASON, reason);
        errors.stream().limit(MOST_FIELDS).forEach(error -> header(record, FIELD, error.toString()));
        header(record, LETTER, letter.topic() + ":" + letter.partition() + ":" + letter.offset());
        header(record, REPLAYED_AT, replayedAt.toString());
        try {
            topics.ensureQuarantine(topic);
        } catch (KafkaException e) {
            throw Confirmation.missing(e);
        }
        Confirmation.await(publisher.publish(record));
        LOG.atWarn().addKeyValue("letter", letter.topic() + ":" + letter.partition() + ":" + letter.offset())
                .addKeyValue("reason", reason).log("A dead letter has failed again and lies in quarantine");
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
