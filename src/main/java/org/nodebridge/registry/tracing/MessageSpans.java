// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** The spans of messages, those that come and those that are sent, as OpenTelemetry's conventions name them. */
final class MessageSpans {

    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> PARTITION =
            AttributeKey.stringKey("messaging.destination.partition.id");
    private static final AttributeKey<String> CONSUMER_GROUP = AttributeKey.stringKey("messaging.consumer.group.name");
    private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
    private static final AttributeKey<Long> MESSAGES = AttributeKey.longKey("messaging.batch.message_count");
    private static final Attributes PROCESS = operation("process");
    private static final Attributes SEND = operation("send");

    private static final TextMapGetter<ReceivedMessage> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(ReceivedMessage message) {
            return List.of();
        }

        @Override
        public String get(ReceivedMessage message, String name) {
            return message.header().apply(name);
        }
    };

    private final Tracer tracer;
    private final TextMapPropagator propagator;

    MessageSpans(Tracer tracer, TextMapPropagator propagator) {
        this.tracer = tracer;
        this.propagator = propagator;
    }

    TracedBatch process(List<ReceivedMessage> messages, String consumerGroup) {
        IdentityHashMap<ReceivedMessage, Context> remote = new IdentityHashMap<>();
        for (ReceivedMessage message : messages) {
            Context context = propagator.extract(Context.root(), message, HEADERS);
            if (Span.fromContext(context).getSpanContext().isSampled()) {
                remote.put(message, context);
            }
        }
        Span whole = messages.size() == remote.size() && messages.size() == 1
                ? null
                : whole(messages.size(), remote.values(), consumerGroup);
        List<TracedEvent> events = new ArrayList<>(remote.size());
        for (ReceivedMessage message : messages) {
            Context context = remote.get(message);
            if (context != null) {
                events.add(received(message, context, whole, consumerGroup));
            }
        }
        return new TracedBatch(tracer, whole, events);
    }

    private Span whole(int messages, Iterable<Context> remote, String consumerGroup) {
        SpanBuilder span = tracer.spanBuilder("process")
                .setNoParent()
                .setSpanKind(SpanKind.CONSUMER)
                .setAllAttributes(PROCESS)
                .setAttribute(CONSUMER_GROUP, consumerGroup)
                .setAttribute(MESSAGES, (long) messages);
        remote.forEach(context -> span.addLink(Span.fromContext(context).getSpanContext()));
        return span.startSpan();
    }

    private TracedEvent received(ReceivedMessage message, Context remote, Span whole, String consumerGroup) {
        Attributes ours = TracedEvent.attributes(message.nodeId(), message.correlationId());
        SpanBuilder span = tracer.spanBuilder("process " + message.topic())
                .setParent(remote)
                .setSpanKind(SpanKind.CONSUMER)
                .setAllAttributes(PROCESS)
                .setAttribute(CONSUMER_GROUP, consumerGroup)
                .setAttribute(DESTINATION, message.topic())
                .setAttribute(PARTITION, Integer.toString(message.partition()))
                .setAttribute(OFFSET, message.offset())
                .setAllAttributes(ours);
        if (whole != null) {
            span.addLink(whole.getSpanContext());
        }
        return new TracedEvent(
                message.source(), message.nodeId(), ours, remote.with(span.startSpan()), true);
    }

    <T> CompletionStage<T> send(String topic, BiConsumer<String, String> header, Supplier<CompletionStage<T>> send) {
        Span span = tracer.spanBuilder("send " + topic)
                .setSpanKind(SpanKind.PRODUCER)
                .setAllAttributes(SEND)
                .setAttribute(DESTINATION, topic)
                .startSpan();
        propagator.inject(Context.current().with(span), header, BiConsumer::accept);
        try (Scope scope = span.makeCurrent()) {
            return send.get().whenComplete((sent, failure) -> {
                if (failure != null) {
                    StepSpans.failed(span, "unconfirmed");
                }
                span.end();
            });
        }
    }

    private static Attributes operation(String name) {
        return Attributes.of(
                AttributeKey.stringKey("messaging.system"), "kafka",
                AttributeKey.stringKey("messaging.operation.name"), name,
                AttributeKey.stringKey("messaging.operation.type"), name);
    }
}
