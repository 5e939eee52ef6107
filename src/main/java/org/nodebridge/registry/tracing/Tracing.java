// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where spans begin: at a message, at a request, at a message of our own. Safe for many threads. */
@ApplicationScoped
public class Tracing {

    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);

    private final Tracer tracer;
    private final MessageSpans messages;

    /** @param server what the server gives; nothing where telemetry is not one of its features */
    @Inject
    public Tracing(Instance<OpenTelemetry> server) {
        this(server.isResolvable() ? server.get() : OpenTelemetry.noop());
    }

    public Tracing(OpenTelemetry telemetry) {
        boolean on = telemetry.getTracerProvider() != TracerProvider.noop();
        tracer = on ? telemetry.getTracer("org.nodebridge.registry") : null;
        messages = on ? new MessageSpans(tracer, telemetry.getPropagators().getTextMapPropagator()) : null;
    }

    Tracing() {
        this(OpenTelemetry.noop()); // for the client proxy
    }

    public boolean isOn() {
        return tracer != null;
    }

    /** The id of the trace that this thread works for; {@code null} for none. */
    public static String currentTraceId() {
        SpanContext span = Span.current().getSpanContext();
        return span.isValid() ? span.getTraceId() : null;
    }

    /** Puts a request's correlation id on the span that the server has begun for it. */
    public static void correlate(String correlationId) {
        if (correlationId != null) {
            Span.current().setAttribute(TracedEvent.CORRELATION_ID, correlationId);
        }
    }

    /**
     * Begins to process messages together: a span for each that brings a sampled trace, within that trace, and one for
     * all, but for a message that is alone and has one already.
     *
     * @param consumerGroup of their receiver
     */
    public TracedBatch process(List<ReceivedMessage> received, String consumerGroup) {
        if (!isOn() || received.isEmpty()) {
            return TracedBatch.NONE;
        }
        try {
            return messages.process(received, consumerGroup);
        } catch (RuntimeException e) {
            // what a header makes of a propagator must not hold up its partition
            LOG.atWarn().addKeyValue("reason", e).log("A batch is not traced");
            return TracedBatch.NONE;
        }
    }

    /**
     * What the request that this thread serves brings for one event; {@code null} when it is not traced.
     *
     * @param correlationId the event's, may be {@code null}
     */
    public TracedEvent ofRequest(String nodeId, String correlationId) {
        Context context = requested();
        if (context == null) {
            return null;
        }
        Span.fromContext(context).setAttribute(TracedEvent.NODE_ID, nodeId);
        return new TracedEvent(null, nodeId, TracedEvent.attributes(nodeId, correlationId), context, false);
    }

    /** The same for many events, which have no spans of their own: in each write, one of them stands for all. */
    public TracedEvent ofBulkRequest() {
        Context context = requested();
        return context == null ? null : new TracedEvent(null, null, Attributes.empty(), context, false);
    }

    private Context requested() {
        return isOn() && Span.current().getSpanContext().isSampled() ? Context.current() : null;
    }

    /** Those events of requests that are written together. */
    public TracedBatch together(List<TracedEvent> events) {
        return events.isEmpty() ? TracedBatch.NONE : new TracedBatch(tracer, null, events);
    }

    /**
     * Sends a message in the trace that this thread works for, if it does for one.
     *
     * @param header puts a header on the message, in place of one of the same name
     */
    public <T> CompletionStage<T> send(
            String topic, BiConsumer<String, String> header, Supplier<CompletionStage<T>> send) {
        if (!isOn() || !Span.current().getSpanContext().isValid()) {
            return send.get();
        }
        return messages.send(topic, header, send);
    }
}
