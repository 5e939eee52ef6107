// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.nodebridge.registry.config.kafka.ChannelSettings;
import org.nodebridge.registry.tracing.Tracing;

/** Sends records to any topic through the one outgoing channel. */
@ApplicationScoped
public class RecordPublisher {

    private static final String CORRELATION_ID = "correlation-id";

    // the buffer is bounded by the senders: a batch's dead letters, or one announcement a request
    @Inject
    @Channel(ChannelSettings.REGISTRY_RECORDS)
    @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
    private MutinyEmitter<ProducerRecord<byte[], byte[]>> records;

    @Inject
    private Tracing tracing;

    /** The record with the correlation id, where there is one, in its header {@code correlation-id} as well. */
    public static ProducerRecord<byte[], byte[]> correlated(ProducerRecord<byte[], byte[]> record,
            String correlationId) {
        if (correlationId != null) {
            record.headers().add(CORRELATION_ID, correlationId.getBytes(StandardCharsets.UTF_8));
        }
        return record;
    }

    /**
     * Completes when the broker has confirmed the record, exceptionally when it has not within ten seconds. The record
     * carries on the trace that this thread works for, if it does for one.
     */
    public CompletionStage<Void> publish(ProducerRecord<byte[], byte[]> record) {
        return tracing.send(
                record.topic(),
                (name, value) -> record.headers().remove(name).add(name, value.getBytes(StandardCharsets.UTF_8)),
                () -> records.send(record).subscribeAsCompletionStage());
    }
}
