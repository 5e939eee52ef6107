// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import io.opentelemetry.context.Scope;
import io.smallrye.reactive.messaging.kafka.KafkaRecord;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.tracing.TracedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets a record aside with its key, value and headers as they came, but none that a sender gave a name of ours, and
 * headers that say why and where from; truncated where the broker does not take all of it.
 */
@ApplicationScoped
public class DeadLetters {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final int MAX_LOGGED_FIELDS = 100;

    private final DeadLetterPublisher publisher;
    private final KafkaSettings settings;
    private final RegistryMetrics metrics;
    private final ConsumerProgress progress;
    private final DeadLetterLog log;

    @Inject
    public DeadLetters(
            DeadLetterPublisher publisher, KafkaSettings settings, RegistryMetrics metrics, ConsumerProgress progress,
            DeadLetterLog log) {
        this.publisher = publisher;
        this.settings = settings;
        this.metrics = metrics;
        this.progress = progress;
        this.log = log;
    }

    public DeadLetters() {
        this(null, null, null, null, null); // for the client proxy
    }

    /**
     * Sends one record to the dead-letter topic of its topic.
     *
     * @param errors what is wrong, field by field
     * @param correlationId the record's, or {@code null}
     * @return completes when the broker has confirmed it, or will never take it, which is counted and shown;
     *     exceptionally when it may be tried again
     */
    public CompletionStage<Void> write(
            ConsumerRecord<byte[], byte[]> record, String reason, List<FieldError> errors, String correlationId) {
        List<Header> own = new DeadLetterHeaderWriter()
                .with(DeadLetterHeaders.REASON, reason)
                .withFields(DeadLetterHeaders.FIELD, errors)
                .with(DeadLetterHeaders.TOPIC, record.topic())
                .with(DeadLetterHeaders.PARTITION, record.partition())
                .with(DeadLetterHeaders.OFFSET, record.offset())
                .with(DeadLetterHeaders.TIMESTAMP, record.timestamp())
                .with(DeadLetterHeaders.CORRELATION_ID, correlationId)
                .all();
        return published(record, own, reason).handle((none, failure) -> {
            if (failure == null) {
                written(record, reason, errors);
            } else if (DeadLetterPublisher.isFinal(failure)) {
                notWritten(record, failure);
            } else {
                throw failure instanceof CompletionException known ? known : new CompletionException(failure);
            }
            return null;
        });
    }

    private void written(ConsumerRecord<byte[], byte[]> record, String reason, List<FieldError> errors) {
        metrics.deadLetter(record.topic());
        log.warn(reason + " of " + record.topic(), line -> line
                .addKeyValue("topic", record.topic()).addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset()).addKeyValue("reason", reason)
                .addKeyValue("fields", errors.stream().map(FieldError::field).limit(MAX_LOGGED_FIELDS).toList())
                .log("A record was dead-lettered"));
    }

    /** Counts and shows a record whose dead letter will never be written; consumption goes on without it. */
    public void notWritten(ConsumerRecord<byte[], byte[]> record, Throwable failure) {
        Throwable cause = DeadLetterPublisher.cause(failure);
        metrics.deadLetterNotWritten(record.topic());
        progress.deadLetterLost(
                record.topic() + "-" + record.partition() + "@" + record.offset(), cause.getClass().getSimpleName());
        LOG.atError().setCause(cause).addKeyValue("topic", record.topic()).addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .log("A dead letter cannot be written, and its record is passed over");
    }

    private CompletionStage<Void> published(
            ConsumerRecord<byte[], byte[]> record, List<Header> own, String reason) {
        TracedBatch traced = TracedBatch.current();
        traced.failed(record, reason);
        try (Scope scope = traced.within(record)) {
            return publisher.publish(
                    settings.deadLetterTopic(record.topic()), record.key(), record.value(),
                    DeadLetterHeaders.ofSender(record.headers()), own);
        }
    }

    @SuppressWarnings("unchecked")
    public static ConsumerRecord<byte[], byte[]> consumed(KafkaRecord<byte[], byte[]> record) {
        return (ConsumerRecord<byte[], byte[]>) record.getMetadata(IncomingKafkaRecordMetadata.class)
                .orElseThrow()
                .getRecord();
    }
}
