// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.json;
import static org.nodebridge.registry.event.dialect.WireSamples.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeType;

class EnvelopeWriterTest {

    private static final UUID CORRELATION = UUID.fromString("8f14e45f-ceea-467f-ab9d-1c1f2d3a4b5c");
    private static final UUID EVENT = UUID.fromString("6f1b9f0e-6b3c-4f0e-9d55-0a4d3f3b7c30");
    private static final Instant NOW = Instant.parse("2025-10-03T10:00:00Z");

    @Test
    void writesTheRequestAsTheUpstreamSampleHasIt() {
        JsonNode written = written(
                EnvelopeWriter.introspectionRequest("registry-001", "startup", null, 5000, CORRELATION, NOW, EVENT));

        ObjectNode sample = tree("bridge_request_introspection_helper");
        // ours differ: who we are; the environment, of which upstream has a default and takes no null; free metadata
        sample.put("source_service", "node-bridge-registry").remove(List.of("environment", "region"));
        WireSamples.payload(sample).put("correlation_id", CORRELATION.toString()).putObject("metadata");
        assertThat(written).isEqualTo(sample);
    }

    @Test
    void namesTheTypesOfNodeThatShallAnswer() {
        JsonNode written = written(EnvelopeWriter.introspectionRequest(
                "r", "recovery", List.of(NodeType.EFFECT, NodeType.REDUCER), 1, CORRELATION, NOW, EVENT));

        assertThat(written.at("/payload/target_node_types")).isEqualTo(json("[\"effect\",\"reducer\"]"));
        assertThat(written.at("/metadata/target_node_types")).isEqualTo(json("[\"effect\",\"reducer\"]"));
    }

    @Test
    void writesARequestThatItsReaderIgnores() {
        byte[] request = EnvelopeWriter.introspectionRequest("r", "startup", null, 1, CORRELATION, NOW, EVENT);

        assertThat(WireSamples.read(request)).isEqualTo(new Ignored("registry_request_introspection"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bridge_introspection_effect", "bridge_introspection_compute", "bridge_introspection_reducer",
                "bridge_introspection_orchestrator", "bridge_introspection_effect_registry_role",
                "bridge_doc_introspection_orchestrator", "infra_introspection_effect", "infra_introspection_compute",
                "infra_introspection_reducer", "infra_introspection_orchestrator"
            })
    void writesIntroductionsOfEveryDialectThatReadBackEqualEvenStrictly(String sample) {
        NodeEvent event = WireSamples.read(sample);

        byte[] written = EnvelopeWriter.introduction((Introduced) event, "registry-1");

        assertThat(WireSamples.STRICT.read(TopicKind.INTROSPECTION, written, null, RECEIVED)).isEqualTo(event);
    }

    @Test
    void writesAnIntroductionWithNothingMoreThanItMustHave() {
        Introduced event = new Introduced(
                new NodeDescription("Узел/1 \"q\"", NodeType.COMPUTE, null, (ObjectNode) json("{\"n\":1.50}"),
                        Map.of(),
                        (ObjectNode) json("{}"), null, null, null, null, null),
                new EventVersion(null, Instant.parse("2026-01-01T00:00:00.123456Z"), EVENT), RECEIVED, null, Set.of());

        assertThat(WireSamples.read(EnvelopeWriter.introduction(event, "registry-1"))).isEqualTo(event);
    }

    @Test
    void writesAManualIntroductionThatReadsBackEqual() {
        NodeEvent event = WireSamples.LENIENT.readIntroduction(
                WireSamples.payload(tree("bridge_introspection_orchestrator")), RECEIVED);

        assertThat(WireSamples.read(EnvelopeWriter.introduction((Introduced) event, "registry-1"))).isEqualTo(event);
    }

    @Test
    void namesTheRegistryAsSourceAndTheNodeAsKey() {
        JsonNode written = written(EnvelopeWriter.introduction(
                (Introduced) WireSamples.read("bridge_introspection_effect"), "registry-1"));

        assertThat(written.get("source_node_id").textValue()).isEqualTo("registry-1");
        assertThat(written.get("partition_key").textValue()).isEqualTo("metadata-stamping-v1");
        assertThat(written.get("event_timestamp").textValue()).isEqualTo("2025-10-03T10:00:00+00:00");
    }

    static Stream<Departed> departures() {
        EventVersion version = new EventVersion(3L, Instant.parse("2026-01-01T00:00:00.5Z"), EVENT);
        EventVersion withoutEpoch = new EventVersion(null, version.eventTime(), EVENT);
        return Stream.of(
                new Departed("n 1", NodeType.EFFECT, "manual_deregistration", false, null, version, RECEIVED,
                        CORRELATION.toString(), Set.of()),
                new Departed("n", null, "maintenance", true, Duration.ofSeconds(60), withoutEpoch, RECEIVED, null,
                        Set.of()),
                new Departed("n", null, "error", true, Duration.ofMillis(1500), withoutEpoch, RECEIVED, null, Set.of()),
                new Departed("n", NodeType.REDUCER, "lease_expired", false, null, withoutEpoch, RECEIVED, null,
                        Set.of()));
    }

    @ParameterizedTest
    @MethodSource("departures")
    void writesDeparturesThatReadBackEqualEvenStrictly(Departed event) {
        byte[] written = EnvelopeWriter.departure(event, "registry-1");

        assertThat(WireSamples.STRICT.read(TopicKind.INTROSPECTION, written, null, RECEIVED)).isEqualTo(event);
    }

    @Test
    void refusesADepartureThatNobodyCouldRead() {
        Departed event = new Departed("n", null, "boredom", false, null, new EventVersion(null, NOW, EVENT), RECEIVED,
                null, Set.of());

        assertThatThrownBy(() -> EnvelopeWriter.departure(event, "registry-1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("boredom");
    }

    private static JsonNode written(byte[] record) {
        return json(new String(record, StandardCharsets.UTF_8));
    }
}
