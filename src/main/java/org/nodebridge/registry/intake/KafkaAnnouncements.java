// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EnvelopeWriter;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.registration.AnnouncementFailedException;
import org.nodebridge.registry.registration.Announcements;
import org.nodebridge.registry.registration.IntrospectionQuestion;

/** Puts manual registrations on the first introspection topic, and questions on that of the requests. */
@ApplicationScoped
class KafkaAnnouncements implements Announcements {

    private static final long PATIENCE_SECONDS = 5;

    @Inject
    private RecordPublisher publisher;

    @Inject
    private IntrospectionRequests requests;

    @Inject
    private RegistrySettings settings;

    @Override
    public void announce(Introduced event) {
        send(event.node().nodeId(), event.correlationId(), EnvelopeWriter.introduction(event, settings.registryId()));
    }

    @Override
    public void announce(Departed event) {
        send(event.nodeId(), event.correlationId(), EnvelopeWriter.departure(event, settings.registryId()));
    }

    @Override
    public CompletionStage<Void> askForIntroductions(NodeType type) {
        return requests.request("recovery", type);
    }

    @Override
    public CompletionStage<Void> ask(IntrospectionQuestion question) {
        return requests.request(question);
    }

    private void send(String nodeId, String correlationId, byte[] envelope) {
        String topic = settings.kafka().introspectionTopics().get(0);
        try {
            publisher.publish(RecordPublisher.correlated(
                    new ProducerRecord<>(topic, nodeId.getBytes(StandardCharsets.UTF_8), envelope),
                    correlationId))
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AnnouncementFailedException("Kafka has not confirmed the event", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AnnouncementFailedException("interrupted while waiting for Kafka", e);
        }
    }
}
