// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.intake;

import io.opentelemetry.context.Scope;
import io.smallrye.reactive.messaging.kafka.KafkaRecord;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.nodebridge.registry.config.KafkaSettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.replay.DeadLetterHeaders;
import org.nodebridge.registry.tracing.TracedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets a record aside with its key, value and headers as they came, and headers that say why and where from. */
@ApplicationScoped
public class DeadLetters {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final int MOST_FIELDS = 100;

    @Inject
    private RecordPublisher publisher;

    @Inject
    private KafkaSettings settings;

    @Inject
    private RegistryMetrics metrics;

    /**
     * Sends one record to the dead-letter topic of its topic.
     *
     * @param errors what is wrong, field by field
     * @param correlationId the record's, or {@code null}
     * @return completes when the broker has confirmed it
     */
    CompletionStage<Void> write(
            ConsumerRecord<byte[], byte[]> record, String reason, List<FieldError> errors, String correlationId) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(settings.deadLetterTopic(record.topic()), record.key(), record.value());
        record.headers().forEach(letter.headers()::add);
        header(letter, DeadLetterHeaders.REASON, reason);
        errors.stream().limit(MOST_FIELDS).forEach(error -> header(letter, DeadLetterHeaders.FIELD, error.toString()));
        header(letter, DeadLetterHeaders.TOPIC, record.topic());
        header(letter, DeadLetterHeaders.PARTITION, Integer.toString(record.partition()));
        header(letter, DeadLetterHeaders.OFFSET, Long.toString(record.offset()));
        header(letter, DeadLetterHeaders.TIMESTAMP, Long.toString(record.timestamp()));
        if (correlationId != null) {
            header(letter, DeadLetterHeaders.CORRELATION_ID, correlationId);
        }
        return published(letter, record, reason).thenRun(() -> {
            metrics.deadLetter(record.topic());
            LOG.atWarn().addKeyValue("topic", record.topic()).addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset()).addKeyValue("reason", reason)
                    .addKeyValue("fields", errors.stream().map(FieldError::field).toList())
                    .log("A record has been set aside");
        });
    }

    private CompletionStage<Void> published(
            ProducerRecord<byte[], byte[]> letter, ConsumerRecord<byte[], byte[]> record, String reason) {
        TracedBatch traced = TracedBatch.current();
        traced.failed(record, reason);
        try (Scope scope = traced.within(record)) {
            return publisher.publish(letter);
        }
    }

    @SuppressWarnings("unchecked")
    static ConsumerRecord<byte[], byte[]> consumed(KafkaRecord<byte[], byte[]> record) {
        return (ConsumerRecord<byte[], byte[]>) record.getMetadata(IncomingKafkaRecordMetadata.class)
                .orElseThrow()
                .getRecord();
    }

    private static void header(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
