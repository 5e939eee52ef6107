// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import io.opentelemetry.context.Scope;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.tracing.ReceivedMessage;
import org.nodebridge.registry.tracing.TracedBatch;
import org.nodebridge.registry.tracing.Tracing;

/** The spans of records while they are worked on. */
@ApplicationScoped
public class MessageTraces {

    private final Tracing tracing;
    private final KafkaSettings settings;

    @Inject
    public MessageTraces(Tracing tracing, KafkaSettings settings) {
        this.tracing = tracing;
        this.settings = settings;
    }

    MessageTraces() {
        this(null, null); // for the client proxy
    }

    /**
     * Works on records in their traces.
     *
     * @param work whether it was done; not when the registry stops first
     */
    boolean of(List<ReadRecord> records, BooleanSupplier work) {
        if (!tracing.isOn() || records.isEmpty()) {
            return work.getAsBoolean();
        }
        TracedBatch batch = tracing.process(
                records.stream().map(MessageTraces::message).toList(), settings.groupId());
        try (Scope scope = batch.makeCurrent()) {
            boolean done = work.getAsBoolean();
            if (!done) {
                batch.failed("abandoned");
            }
            return done;
        } catch (RuntimeException e) {
            batch.failed(e.getClass().getName());
            throw e;
        } finally {
            batch.end();
        }
    }

    private static ReceivedMessage message(ReadRecord read) {
        ConsumerRecord<byte[], byte[]> record = read.record();
        String nodeId = null;
        String correlationId = null;
        if (read.event() instanceof OfNode event) {
            nodeId = event.nodeId();
            correlationId = event.correlationId();
        } else if (read.event() instanceof Unidentified refused) {
            nodeId = refused.event().nodeId();
            correlationId = refused.event().correlationId();
        } else if (read.event() instanceof Unreadable unreadable) {
            correlationId = unreadable.correlationId();
        }
        return new ReceivedMessage(
                record, record.topic(), record.partition(), record.offset(), nodeId, correlationId,
                name -> text(record.headers().lastHeader(name)));
    }

    private static String text(Header header) {
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
