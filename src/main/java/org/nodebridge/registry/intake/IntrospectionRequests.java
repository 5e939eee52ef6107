// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EnvelopeWriter;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.registration.IntrospectionQuestion;
import org.nodebridge.registry.replay.IntrospectionRequest;

/** Asks nodes to introduce themselves. */
@ApplicationScoped
class IntrospectionRequests implements IntrospectionRequest {

    @Inject
    private RecordPublisher publisher;

    @Inject
    private RegistrySettings settings;

    @Override
    public void ask(String reason) {
        Confirmation.await(request(reason, null));
    }

    /**
     * Completes when the broker has confirmed the request.
     *
     * @param reason as the wire format lists them
     * @param type of the nodes that shall answer; {@code null} for all
     */
    CompletionStage<Void> request(String reason, NodeType type) {
        return request(new IntrospectionQuestion(
                reason, type == null ? null : List.of(type), settings.requestTimeout(), UUID.randomUUID(), null));
    }

    /** Completes when the broker has confirmed the request. */
    CompletionStage<Void> request(IntrospectionQuestion question) {
        byte[] envelope = EnvelopeWriter.introspectionRequest(
                settings.registryId(),
                question.reason(),
                question.types(),
                (int) question.timeout().toMillis(),
                question.correlationId(),
                Instant.now(),
                UUID.randomUUID());
        byte[] key = settings.registryId().getBytes(StandardCharsets.UTF_8);
        return publisher.publish(RecordPublisher.correlated(
                new ProducerRecord<>(settings.kafka().requestTopic(), key, envelope),
                question.origin() == null ? question.correlationId().toString() : question.origin()));
    }
}
