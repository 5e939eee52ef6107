// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.fuzz.Bounded;
import org.nodebridge.registry.fuzz.Texts;

class TraceHeadersFuzzTest {

    private static final Tracing TRACING = new Tracing(OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder().build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build());

    @MethodSource("seeds")
    @FuzzTest
    void noTraceHeaderKeepsARecordFromBeingProcessed(byte[] input) {
        for (String text : Texts.of(input)) {
            int half = text.length() / 2;
            for (Map<String, String> headers : List.of(
                    Map.of("traceparent", text),
                    Map.of("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "tracestate",
                            text),
                    Map.of("traceparent", text.substring(0, half), "tracestate", text.substring(half)))) {
                ReceivedMessage message = new ReceivedMessage(headers, "topic", 3, 4711, "a", text, headers::get);
                Map<String, String> sent = Bounded.time(() -> process(message));
                assertThat(sent.keySet()).isSubsetOf("traceparent", "tracestate");
                assertThat(sent.values()).allSatisfy(
                        value -> assertThat(value.chars()).noneMatch(Character::isISOControl));
            }
        }
    }

    private static Map<String, String> process(ReceivedMessage message) {
        TracedBatch batch = TRACING.process(List.of(message), "group");
        Map<String, String> sent = new HashMap<>();
        TRACING.send("topic", sent::put, () -> CompletableFuture.completedFuture("sent"));
        batch.end();
        return sent;
    }

    static Stream<byte[]> seeds() {
        return Texts.seeds(
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", "", "-", "00-", "a=b,c=d",
                "a=b," + ",".repeat(500),
                "k=" + "v".repeat(300), "\u0000=\u0001", "a=b\r\nc=d");
    }
}
