// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.read;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.Leniency;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeType;

class EnvelopeReaderSamplesTest {

    private static final String TEN = "2025-10-03T10:00:00Z";
    private static final String BRIDGE_ID = "6f1b9f0e-6b3c-4f0e-9d55-0a4d3f3b7c";
    private static final String BRIDGE_CORRELATION = "3f8f6f2e-7b4b-4a55-9c0c-0d8f8f1a1c";
    private static final String DOC_ID = "550e8400-e29b-41d4-a716-44665544000";
    private static final String INFRA_ID = "2f0d2b7e-0f2c-4d55-8a64-7b0c6c1d9e";
    private static final String INFRA_NODE = "0b8f7a56-3f65-4a6e-9f3a-6a2f1f0e1c0";
    private static final String INFRA_CORRELATION = "1d2c3b4a-5e6f-4a7b-8c9d-0e1f2a3b4c5d";

    static Stream<Arguments> introductions() {
        return Stream.of(
                arguments("bridge_introspection_orchestrator", "orchestrator-001", "orchestrator", 1L, TEN,
                        BRIDGE_ID + "10", BRIDGE_CORRELATION + "00"),
                arguments("bridge_introspection_effect", "metadata-stamping-v1", "effect", null, TEN,
                        BRIDGE_ID + "11", BRIDGE_CORRELATION + "01"),
                arguments("bridge_introspection_effect_registry_role", "registry-main-1", "effect", null, TEN,
                        BRIDGE_ID + "12", BRIDGE_CORRELATION + "02"),
                arguments("bridge_introspection_reducer", "reducer-001", "reducer", null, TEN,
                        BRIDGE_ID + "13", BRIDGE_CORRELATION + "03"),
                arguments("bridge_introspection_compute", "test-node-compute-1", "compute", null, TEN,
                        BRIDGE_ID + "14", BRIDGE_CORRELATION + "04"),
                arguments("bridge_doc_introspection_orchestrator", "orchestrator-001", "orchestrator", null,
                        "2025-10-03T12:00:00Z", DOC_ID + "0", DOC_ID + "1"),
                arguments("infra_introspection_effect", INFRA_NODE + "1", "effect", 1L, "2025-01-01T12:00:00Z",
                        INFRA_ID + "00", INFRA_CORRELATION),
                arguments("infra_introspection_compute", INFRA_NODE + "2", "compute", 1L, "2025-01-01T12:00:00Z",
                        INFRA_ID + "01", INFRA_CORRELATION),
                arguments("infra_introspection_reducer", INFRA_NODE + "3", "reducer", 1L, "2025-01-01T12:00:00Z",
                        INFRA_ID + "02", INFRA_CORRELATION),
                arguments("infra_introspection_orchestrator", INFRA_NODE + "4", "orchestrator", 1L,
                        "2025-01-01T12:00:00Z", INFRA_ID + "03", INFRA_CORRELATION));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("introductions")
    void introducesTheNodeOfEachIntrospection(
            String sample, String nodeId, String type, Long epoch, String time, String eventId, String correlationId) {
        assertThat(read(sample)).asInstanceOf(type(Introduced.class)).satisfies(event -> {
            assertThat(event.node().nodeId()).isEqualTo(nodeId);
            assertThat(event.node().type().wireName()).isEqualTo(type);
            assertThat(event.version())
                    .isEqualTo(new EventVersion(epoch, Instant.parse(time), UUID.fromString(eventId)));
            assertThat(event.receivedAt()).isEqualTo(RECEIVED);
            assertThat(event.correlationId()).isEqualTo(correlationId);
            assertThat(event.leniencies()).isEmpty();
        });
    }

    @Test
    void readsTheWholeDescriptionOfTheBridgeDialect() {
        assertThat(read("bridge_introspection_orchestrator")).isInstanceOfSatisfying(Introduced.class, event -> {
            NodeDescription node = event.node();
            assertThat(node.role()).isNull();
            assertThat(node.capabilities())
                    .isEqualTo(WireSamples.json("{"
                            + "\"hash_generation\":{\"algorithm\":\"BLAKE3\",\"max_file_size_mb\":100},"
                            + "\"metadata_stamping\":{\"formats\":[\"markdown\",\"html\"],\"batch_size\":50},"
                            + "\"workflow_orchestration\":{\"max_concurrent\":100,\"timeout_ms\":5000}}"));
            assertThat(node.endpoints())
                    .containsExactly(
                            Map.entry("health", "http://orchestrator-001:8053/health"),
                            Map.entry("api", "http://orchestrator-001:8053/api/v1"),
                            Map.entry("metrics", "http://orchestrator-001:9090/metrics"));
            assertThat(node.healthEndpoint()).isEqualTo("http://orchestrator-001:8053/health");
            assertThat(node.metadata().at("/resource_limits/cpu_cores").intValue()).isEqualTo(4);
            assertThat(node.nodeVersion()).isEqualTo("1.0.0");
            assertThat(node.environment()).isEqualTo("production");
            assertThat(node.region()).as("from the metadata, where the envelope has null").isEqualTo("us-west-2");
            assertThat(node.networkId()).isEqualTo("omninode-network-1");
            assertThat(node.deploymentId()).isEqualTo("prod-us-west-2-001");
        });
    }

    @Test
    void readsRoleAndForeignSchemes() {
        assertThat(read("bridge_introspection_effect_registry_role"))
                .isInstanceOfSatisfying(Introduced.class, event -> {
                    assertThat(event.node().role()).isEqualTo("registry");
                    assertThat(event.node().nodeVersion()).isNull();
                });
        assertThat(read("bridge_introspection_compute")).isInstanceOfSatisfying(Introduced.class, event -> assertThat(
                event.node().endpoints())
                .containsEntry("grpc", "grpc://localhost:50051"));
    }

    @Test
    void readsTheWholeDescriptionOfTheDocumentDialect() {
        assertThat(read("bridge_doc_introspection_orchestrator")).isInstanceOfSatisfying(Introduced.class, event -> {
            NodeDescription node = event.node();
            assertThat(node.capabilities().size()).isEqualTo(7);
            assertThat(node.capabilities().at("/resource_limits/memory_available_gb")).hasToString("16.0");
            assertThat(node.endpoints()).containsOnlyKeys("health", "api", "metrics", "orchestration");
            assertThat(node.metadata().at("/platform/hostname").textValue()).isEqualTo("orchestrator-001");
            assertThat(node.nodeVersion()).isNull();
            assertThat(node.environment()).isEqualTo("production");
        });
    }

    @Test
    void readsTheWholeDescriptionOfTheInfraDialect() {
        assertThat(read("infra_introspection_reducer")).isInstanceOfSatisfying(Introduced.class, event -> {
            NodeDescription node = event.node();
            assertThat(node.role()).isEqualTo("processor");
            assertThat(node.capabilities()).isEqualTo(WireSamples.json("{\"processing\":true,\"batch_size\":100}"));
            assertThat(node.endpoints()).containsOnlyKeys("health", "metrics");
            assertThat(node.nodeVersion()).as("node_version before metadata.version").isEqualTo("2.1.0");
            assertThat(node.environment()).isEqualTo("production");
            assertThat(node.region()).isNull();
            assertThat(node.networkId()).isEqualTo("network-001");
            assertThat(node.deploymentId()).isEqualTo("deploy-001");
        });
    }

    static Stream<Arguments> heartbeats() {
        return Stream.of(
                arguments("bridge_heartbeat", new Heartbeat("orchestrator-001", NodeType.ORCHESTRATOR,
                        HealthStatus.HEALTHY, 5L, 3600.0, 45.2, 512.0,
                        version("2025-10-03T10:00:30Z", BRIDGE_ID + "20"), RECEIVED, null, Set.of())),
                arguments("bridge_doc_heartbeat", new Heartbeat("orchestrator-001", NodeType.ORCHESTRATOR,
                        HealthStatus.HEALTHY, 5L, 150.0, 45.2, 512.0,
                        version("2025-10-03T12:00:30Z", DOC_ID + "2"), RECEIVED, null, Set.of(Leniency.ENUM_CASE))),
                arguments("infra_heartbeat", new Heartbeat(INFRA_NODE + "1", NodeType.EFFECT,
                        null, 5L, 3600.5, 15.5, 256.0,
                        version("2025-01-15T12:00:00Z", INFRA_ID + "11"), RECEIVED, null, Set.of())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heartbeats")
    void readsHeartbeatsOfEachDialect(String sample, Heartbeat expected) {
        assertThat(read(sample)).isEqualTo(expected);
    }

    static Stream<Arguments> departures() {
        return Stream.of(
                arguments("bridge_introspection_shutdown_reason", new Departed("orchestrator-001",
                        NodeType.ORCHESTRATOR, "graceful_shutdown", false, null,
                        new EventVersion(1L, Instant.parse("2025-10-03T11:00:00Z"), UUID.fromString(BRIDGE_ID + "40")),
                        RECEIVED, null, Set.of())),
                arguments("infra_introspection_shutdown", new Departed(INFRA_NODE + "1",
                        NodeType.EFFECT, "graceful_shutdown", false, null,
                        new EventVersion(1L, Instant.parse("2025-01-01T13:00:00Z"), UUID.fromString(INFRA_ID + "10")),
                        RECEIVED, INFRA_CORRELATION, Set.of())),
                arguments("bridge_plan_tombstone", new Departed("orchestrator-001",
                        NodeType.ORCHESTRATOR, "graceful_shutdown", false, null,
                        version("2025-10-28T12:30:00Z", DOC_ID + "0"), RECEIVED, null, Set.of())),
                arguments("core_shutdown_graceful", new Departed(INFRA_NODE + "4",
                        null, "graceful_shutdown", false, null,
                        version("2026-01-01T12:00:00Z", "5a0b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d"),
                        RECEIVED, null, Set.of(Leniency.TIME_WITHOUT_ZONE))),
                arguments("core_shutdown_maintenance", new Departed(INFRA_NODE + "4",
                        null, "maintenance", true, Duration.ofSeconds(60),
                        version("2026-01-01T12:00:00Z", "5a0b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2e"),
                        RECEIVED, null, Set.of(Leniency.TIME_WITHOUT_ZONE))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("departures")
    void readsEachFormOfDepartureAsOne(String sample, Departed expected) {
        assertThat(read(sample)).isEqualTo(expected);
    }

    static Stream<Arguments> ignored() {
        return Stream.of(
                arguments("bridge_request_introspection_helper", "registry_request_introspection"),
                arguments("bridge_request_introspection_live", "registry_request_introspection"),
                arguments("core_request_introspection", "request_real_time_introspection"),
                arguments("infra_request_introspection_early", "registry_request_introspection"),
                arguments("bridge_plan_topology_diff", "topology_diff"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ignored")
    void ignoresWhatIsMeantForOthers(String sample, String eventType) {
        assertThat(read(sample)).isEqualTo(new Ignored(eventType));
    }

    @Test
    void findsNoEnvelopeAroundWhatANodeCollectsAboutItself() {
        assertThat(WireSamples.errors(read("bridge_doc_mixin_introspection_data"))).singleElement().satisfies(error -> {
            assertThat(error.field()).isEqualTo("$");
            assertThat(error.message()).contains("no envelope");
        });
    }

    @Test
    void keepsTheCorrelationIdOfARecordWithoutEnvelope() {
        NodeEvent event = WireSamples.read(
                WireSamples.tree("bridge_doc_mixin_introspection_data").put("correlation_id", INFRA_CORRELATION));

        assertThat(event).isInstanceOfSatisfying(NodeEvent.Unreadable.class, unreadable -> assertThat(
                unreadable.correlationId())
                .isEqualTo(INFRA_CORRELATION));
    }

    @Test
    void rejectsTheTypeRegistryThoughASignatureVouchesForIt() {
        assertThat(WireSamples.errors(read("bridge_plan_signed_introspection")))
                .containsExactly(new FieldError("payload.node_type", "has no meaning: \"registry\""));
    }

    @Test
    void namesEveryFaultOfTheRawIntrospectionAndKeepsItsCorrelationId() {
        assertThat(read("infra_raw_unenveloped_introspection"))
                .isInstanceOfSatisfying(NodeEvent.Unreadable.class, event -> {
                    assertThat(WireSamples.brokenFields(event))
                            .containsExactlyInAnyOrder("event_id", "payload.node_type");
                    assertThat(event.correlationId()).isEqualTo("test-dispatch-0123456789ab");
                });
    }

    @Test
    void knowsWhatToExpectOfEverySample() throws IOException {
        Set<String> expected = new HashSet<>(Set.of(
                "bridge_doc_mixin_introspection_data",
                "bridge_plan_signed_introspection",
                "infra_raw_unenveloped_introspection"));
        Stream.of(introductions(), heartbeats(), departures(), ignored())
                .flatMap(table -> table)
                .map(row -> (String) row.get()[0])
                .forEach(expected::add);

        assertThat(expected).containsExactlyInAnyOrderElementsOf(WireSamples.names());
    }

    static Stream<Arguments> strictly() throws IOException {
        Map<String, Set<String>> broken = Map.of(
                "bridge_doc_heartbeat", Set.of("payload.health_status"),
                "core_shutdown_graceful", Set.of("timestamp"),
                "core_shutdown_maintenance", Set.of("timestamp"),
                "bridge_doc_mixin_introspection_data", Set.of("$"),
                "bridge_plan_signed_introspection",
                Set.of("source_node", "payload.timestamp", "payload.node_type"),
                "infra_raw_unenveloped_introspection",
                Set.of("source_node", "event_id", "correlation_id", "payload.source", "payload.timestamp",
                        "payload.node_type"));
        return WireSamples.names().stream().map(name -> arguments(name, broken.getOrDefault(name, Set.of())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("strictly")
    void strictReaderNamesEachLeniencyOfEachSample(String sample, Set<String> brokenFields) {
        NodeEvent event = WireSamples.STRICT.read(
                WireSamples.topicOf(sample), WireSamples.bytes(sample), WireSamples.RECORDED, RECEIVED);

        assertThat(WireSamples.brokenFields(event)).containsExactlyInAnyOrderElementsOf(brokenFields);
    }

    private static EventVersion version(String time, String eventId) {
        return new EventVersion(null, Instant.parse(time), UUID.fromString(eventId));
    }
}
