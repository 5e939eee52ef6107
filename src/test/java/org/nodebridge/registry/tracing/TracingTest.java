// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class TracingTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String OTHER = "0af7651916cd43dd8448eb211c80319c";

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exported))
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    private final Tracing tracing = new Tracing(sdk);

    private static ReceivedMessage message(String nodeId, String traceparent) {
        return new ReceivedMessage(
                new Object(), "topic", 3, 4711, nodeId, "correlation-of-" + nodeId,
                name -> name.equals("traceparent") ? traceparent : null);
    }

    private static String sampled(String trace) {
        return "00-" + trace + "-00f067aa0ba902b7-01";
    }

    @Test
    void isOffWhereTheServerGivesNothing() {
        Tracing off = new Tracing(OpenTelemetry.noop());
        Map<String, String> headers = new HashMap<>();

        assertThat(off.isOn()).isFalse();
        assertThat(off.process(List.of(message("a", sampled(TRACE))), "group")).isSameAs(TracedBatch.NONE);
        assertThat(off.ofRequest("a", "b")).isNull();
        assertThat(off.send("topic", headers::put, () -> CompletableFuture.completedFuture("sent"))
                .toCompletableFuture())
                .isCompletedWithValue("sent");
        assertThat(headers).isEmpty();
    }

    @Test
    void givesAMessageThatIsAloneNoBatchBesideItsOwnTrace() {
        TracedBatch batch = tracing.process(List.of(message("a", sampled(TRACE))), "group");
        batch.begin(Step.POSTGRESQL, List.of("a")).end("created");
        batch.end();

        assertThat(exported.getFinishedSpanItems()).extracting(SpanData::getName, SpanData::getTraceId).containsExactly(
                Tuple.tuple("store tool_registrations", TRACE),
                Tuple.tuple("process topic", TRACE));
        assertThat(span("process topic").getParentSpanId()).isEqualTo("00f067aa0ba902b7");
    }

    @Test
    void givesABatchATraceOfItsOwnAndLinksItWithThoseOfItsMessages() {
        TracedBatch batch = tracing.process(
                List.of(message("a", sampled(TRACE)), message("b", null), message("c", sampled(OTHER))), "group");
        batch.begin(Step.POSTGRESQL, List.of("a", "b", "c")).end(nodeId -> nodeId == null ? null : "of-" + nodeId);
        batch.end();

        SpanData whole = span("process");
        assertThat(whole.getParentSpanContext().isValid()).isFalse();
        assertThat(whole.getAttributes().get(AttributeKey.longKey("messaging.batch.message_count"))).isEqualTo(3);
        assertThat(linked(whole)).containsExactlyInAnyOrder(TRACE, OTHER);
        assertThat(spans("process topic")).hasSize(2)
                .allSatisfy(span -> assertThat(linked(span)).containsExactly(whole.getTraceId()));
        assertThat(spans("store tool_registrations")).extracting(SpanData::getTraceId)
                .containsExactlyInAnyOrder(whole.getTraceId(), TRACE, OTHER);
        assertThat(spans("store tool_registrations")).allSatisfy(
                span -> assertThat(span.getAttributes().get(AttributeKey.longKey("db.operation.batch.size")))
                        .isEqualTo(3));
        assertThat(spans("store tool_registrations"))
                .filteredOn(span -> !span.getTraceId().equals(whole.getTraceId()))
                .allSatisfy(span -> assertThat(linked(span)).containsExactly(whole.getTraceId()))
                .extracting(span -> span.getAttributes().get(AttributeKey.stringKey("nodebridge.outcome")))
                .containsExactlyInAnyOrder("of-a", "of-c");
    }

    @Test
    void leavesATraceAloneThatItsProducerDoesNotSample() {
        TracedBatch batch = tracing.process(List.of(message("a", "00-" + TRACE + "-00f067aa0ba902b7-00")), "group");
        batch.begin(Step.CONSUL, "a", 1).end("applied");
        batch.end();

        assertThat(exported.getFinishedSpanItems()).extracting(SpanData::getName).containsExactly("process");
    }

    @Test
    void readsNoTraceOutOfAHeaderThatIsNone() {
        TracedBatch batch = tracing.process(
                Stream.of("", "x", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "\u0000")
                        .map(header -> message("a", header)).toList(),
                "group");
        batch.end();

        assertThat(exported.getFinishedSpanItems()).extracting(SpanData::getName).containsExactly("process");
    }

    @Test
    void holdsNobodyUpWhenAHeaderCannotBeLookedAt() {
        ReceivedMessage message = new ReceivedMessage(new Object(), "topic", 0, 0, "a", null, name -> {
            throw new IllegalArgumentException(name);
        });

        assertThat(tracing.process(List.of(message), "group")).isSameAs(TracedBatch.NONE);
    }

    @Test
    void marksAFailureAndSaysNoMoreThanItsKind() {
        ReceivedMessage message = message("a", sampled(TRACE));
        TracedBatch batch = tracing.process(List.of(message), "group");
        batch.begin(Step.CONSUL, "a", 1).end("refused");
        batch.failed(message.source(), "unreadable");
        batch.end();

        assertThat(exported.getFinishedSpanItems()).hasSize(2).allSatisfy(span -> {
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(span.getStatus().getDescription()).isEmpty();
            assertThat(span.getEvents()).isEmpty();
        });
    }

    @Test
    void letsOneNodeStandForAllOfABulkRequest() {
        Span request = sdk.getTracer("test").spanBuilder("request").startSpan();
        TracedEvent event;
        try (Scope scope = request.makeCurrent()) {
            event = tracing.ofBulkRequest();
        }
        TracedBatch batch = tracing.together(List.of(event.by("a")));
        batch.begin(Step.POSTGRESQL, List.of("a", "b")).end("created");
        batch.end();

        assertThat(exported.getFinishedSpanItems()).singleElement().satisfies(span -> {
            assertThat(span.getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
            assertThat(span.getAttributes().get(AttributeKey.stringKey("nodebridge.node_id"))).isNull();
        });
        assertThat(request.isRecording()).as("that span is the server's to end").isTrue();
    }

    @Test
    void isCurrentOnlyWhileItsScopeIsOpen() {
        ReceivedMessage first = message("a", sampled(TRACE));
        TracedBatch batch = tracing.process(List.of(first, message("b", sampled(OTHER))), "group");
        Map<String, String> headers = new HashMap<>();

        try (Scope scope = batch.makeCurrent();
                Scope own = TracedBatch.current().within(first.source())) {
            assertThat(TracedBatch.current()).isSameAs(batch);
            assertThat(Tracing.currentTraceId()).isEqualTo(TRACE);
            tracing.send("letters", headers::put, () -> CompletableFuture.failedFuture(new IllegalStateException()));
        }

        assertThat(TracedBatch.current()).isSameAs(TracedBatch.NONE);
        assertThat(Tracing.currentTraceId()).isNull();
        SpanData send = span("send letters");
        assertThat(headers).containsEntry("traceparent", "00-" + TRACE + "-" + send.getSpanId() + "-01");
        assertThat(send.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    private SpanData span(String name) {
        assertThat(spans(name)).hasSize(1);
        return spans(name).get(0);
    }

    private List<SpanData> spans(String name) {
        return exported.getFinishedSpanItems().stream().filter(span -> span.getName().equals(name)).toList();
    }

    private static List<String> linked(SpanData span) {
        return span.getLinks().stream().map(LinkData::getSpanContext).map(context -> context.getTraceId()).toList();
    }
}
