// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.nodebridge.registry.concurrent.BoundedWait;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.dialect.EnvelopeWriter;
import org.nodebridge.registry.kafka.topic.CloudEvent;
import org.nodebridge.registry.kafka.topic.CloudEvent.Type;
import org.nodebridge.registry.kafka.topic.RecordPublisher;
import org.nodebridge.registry.kafka.topic.TopicsReady;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic of the requests; asks all nodes once it is there after a start. */
@ApplicationScoped
class IntrospectionRequests implements IntrospectionTopic {

    private static final Logger LOG = LoggerFactory.getLogger(IntrospectionRequests.class);
    private static final Duration CONFIRMATION = Duration.ofSeconds(15);

    @Inject
    private RecordPublisher publisher;

    @Inject
    private RegistrySettings settings;

    /** Fails when Kafka does not confirm the request, and is then called again. */
    void askAtStart(@Observes TopicsReady ready) {
        BoundedWait.result(ask("startup", null), CONFIRMATION);
        LOG.info("All nodes were asked to introduce themselves");
    }

    @Override
    public CompletionStage<Void> ask(String reason, NodeType type) {
        return ask(new IntrospectionQuestion(
                reason, type == null ? null : List.of(type), settings.requestTimeout(), UUID.randomUUID(), null));
    }

    @Override
    public CompletionStage<Void> ask(IntrospectionQuestion question) {
        Instant now = Instant.now();
        UUID eventId = UUID.randomUUID();
        byte[] envelope = EnvelopeWriter.introspectionRequest(
                settings.registryId(),
                question.reason(),
                question.types(),
                (int) question.timeout().toMillis(),
                question.correlationId(),
                now,
                eventId);
        byte[] key = settings.registryId().getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(settings.kafka().requestTopic(), key, envelope);
        CloudEvent.of(Type.INTROSPECTION_REQUEST, eventId, now).on(record, settings.registryId());
        return publisher.publish(RecordPublisher.correlated(
                record,
                question.origin() == null ? question.correlationId().toString() : question.origin()));
    }
}
