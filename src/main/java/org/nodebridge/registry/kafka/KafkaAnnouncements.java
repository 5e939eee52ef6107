// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.dialect.EnvelopeWriter;
import org.nodebridge.registry.kafka.topic.CloudEvent;
import org.nodebridge.registry.kafka.topic.CloudEvent.Type;
import org.nodebridge.registry.kafka.topic.RecordPublisher;
import org.nodebridge.registry.registration.AnnouncementFailedException;
import org.nodebridge.registry.registration.Announcements;

/** Puts manual registrations on the first introspection topic. */
@ApplicationScoped
class KafkaAnnouncements implements Announcements {

    private static final long PATIENCE_SECONDS = 5;

    @Inject
    private RecordPublisher publisher;

    @Inject
    private RegistrySettings settings;

    @Override
    public void announce(Introduced event) {
        send(Type.NODE_INTROSPECTION, event, EnvelopeWriter.introduction(event, settings.registryId()));
    }

    @Override
    public void announce(Departed event) {
        send(Type.NODE_TOMBSTONE, event, EnvelopeWriter.departure(event, settings.registryId()));
    }

    private void send(Type type, OfNode event, byte[] envelope) {
        String topic = settings.kafka().introspectionTopics().get(0);
        try {
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(topic, event.nodeId().getBytes(StandardCharsets.UTF_8), envelope);
            CloudEvent.of(type, event.version().eventId(), event.version().eventTime())
                    .on(record, settings.registryId());
            publisher.publish(RecordPublisher.correlated(record, event.correlationId()))
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
