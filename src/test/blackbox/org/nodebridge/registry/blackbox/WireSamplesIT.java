// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every recorded sample goes through Kafka and ends where the wire format's table says. */
class WireSamplesIT {

    private static final Set<String> REGISTERED = Set.of(
            "bridge_introspection_effect", "bridge_introspection_compute", "bridge_introspection_reducer",
            "bridge_introspection_orchestrator", "bridge_introspection_effect_registry_role",
            "bridge_doc_introspection_orchestrator", "infra_introspection_effect", "infra_introspection_compute",
            "infra_introspection_reducer", "infra_introspection_orchestrator");
    private static final Set<String> IGNORED = Set.of(
            "bridge_plan_topology_diff", "bridge_request_introspection_helper", "bridge_request_introspection_live",
            "core_request_introspection", "infra_request_introspection_early");

    private final Registry registry = Registry.shared();

    static Set<String> registered() {
        return REGISTERED;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("registered")
    void registersInBothStoresWhatIntroducesItself(String name) {
        WireSample sample = WireSample.of(name).ofAnotherNode();

        publish(sample);

        NodeFacts facts = NodeFacts.saidBy(sample.json());
        eventually().untilAsserted(() -> {
            assertThat(registry.row(facts.id())).hasValueSatisfying(
                    row -> assertThat(facts.columnsOf(row)).isEqualTo(facts.inPostgres()));
            assertThat(registry.consulService(facts.id())).hasValueSatisfying(
                    service -> assertThat(NodeFacts.shownBy(service)).isEqualTo(facts.inConsul()));
        });
    }

    static Stream<Arguments> heartbeats() {
        return Stream.of(
                arguments("bridge_heartbeat", "bridge_introspection_orchestrator", "2025-10-03T10:00:30Z", """
                        {'health_status': 'healthy', 'active_operations': 5, 'uptime_seconds': 3600,
                         'cpu_percent': 45.2, 'memory_mb': 512}"""),
                arguments("bridge_doc_heartbeat", "bridge_doc_introspection_orchestrator", "2025-10-03T12:00:30Z", """
                        {'health_status': 'healthy', 'active_operations': 5, 'uptime_seconds': 150,
                         'cpu_percent': 45.2, 'memory_mb': 512}"""),
                arguments("infra_heartbeat", "infra_introspection_effect", "2025-01-15T12:00:00Z", """
                        {'health_status': null, 'active_operations': 5, 'uptime_seconds': 3600.5,
                         'cpu_percent': 15.5, 'memory_mb': 256}"""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heartbeats")
    void renewsTheLeaseOfWhatSendsAHeartbeat(String name, String introduction, String sentAt, String figures) {
        String nodeId = registeredBy(introduction);
        JsonNode before = registry.row(nodeId).orElseThrow();

        publish(WireSample.of(name).from(nodeId));

        eventually().untilAsserted(() -> {
            JsonNode row = registry.row(nodeId).orElseThrow();
            assertThat(NodeFacts.instant(row.path("heartbeat_timestamp").asText("1970-01-01T00:00:00Z")))
                    .isEqualTo(Instant.parse(sentAt));
            assertThat(instant(row, "lease_expires_at")).isAfter(instant(before, "lease_expires_at"));
            assertThat(before.path("last_heartbeat").isNull()).isTrue();
            assertThat(instant(row, "last_heartbeat")).isEqualTo(instant(row, "last_seen_at"));
            assertThat(row.path("event_id")).isEqualTo(before.path("event_id"));
            Json.object(figures).properties().forEach(figure -> {
                if (figure.getValue().isNumber()) {
                    assertThat(row.path(figure.getKey()).doubleValue())
                            .isCloseTo(figure.getValue().doubleValue(), within(1e-9));
                } else {
                    assertThat(row.path(figure.getKey())).isEqualTo(figure.getValue());
                }
            });
        });
    }

    static Stream<Arguments> departures() {
        return Stream.of(
                arguments("bridge_introspection_shutdown_reason", "bridge_introspection_orchestrator"),
                arguments("bridge_plan_tombstone", "bridge_introspection_orchestrator"),
                arguments("infra_introspection_shutdown", "infra_introspection_effect"),
                arguments("core_shutdown_graceful", "infra_introspection_orchestrator"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("departures")
    void deregistersWhatDeparts(String name, String introduction) {
        String nodeId = registeredBy(introduction);

        publish(WireSample.of(name).from(nodeId));

        eventually().untilAsserted(() -> {
            assertThat(registry.consulService(nodeId)).isEmpty();
            assertThat(registry.get("/api/v1/registrations/" + nodeId).status()).isEqualTo(404);
            assertThat(registry.row(nodeId).orElseThrow().path("status").asText()).isEqualTo("departed");
        });
    }

    @ParameterizedTest(name = "naming its type: {0}")
    @ValueSource(booleans = {false, true})
    void drainsWhatIsExpectedBack(boolean typed) {
        String nodeId = registeredBy("infra_introspection_orchestrator");
        ObjectNode departure = WireSample.of("core_shutdown_maintenance").from(nodeId).json();
        if (typed) {
            departure.put("node_type", "orchestrator");
        }

        registry.publish(Registry.INTROSPECTION, nodeId, Json.utf8(departure));

        eventually().untilAsserted(() -> {
            assertThat(registry.consulService(nodeId)).isEmpty();
            JsonNode shown = registry.get("/api/v1/registrations/" + nodeId).json();
            assertThat(shown.path("status").asText()).isEqualTo("draining");
            assertThat(shown.path("stores").path("consul").asText()).isEqualTo("absent");
            assertThat(registry.row(nodeId).orElseThrow().path("status").asText()).isEqualTo("draining");
        });
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                arguments("bridge_doc_mixin_introspection_data", List.of("$"), List.of()),
                arguments("bridge_plan_signed_introspection", List.of("payload.node_type"), List.of()),
                arguments(
                        "infra_raw_unenveloped_introspection", List.of("event_id", "payload.node_type"),
                        List.of("test-dispatch-0123456789ab")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void setsAsideWhatItCannotRead(String name, List<String> brokenFields, List<String> correlationId) {
        WireSample sample = WireSample.of(name).ofAnotherNode();

        Sent sent = Sent.to(registry, sample.topic(), sample.nodeId(), sample.bytes());

        eventually().untilAsserted(() -> assertThat(sent.findIn(registry.deadLetters(sample.topic())))
                .hasValueSatisfying(letter -> {
                    sent.isWholeIn(letter);
                    assertThat(Sent.brokenFields(letter)).containsExactlyInAnyOrderElementsOf(brokenFields);
                    assertThat(Sent.correlationId(letter)).isEqualTo(correlationId);
                }));
        registry.broker().awaitCommitted(List.of(sent.where()));
        assertThat(registry.row(sample.nodeId())).isEmpty();
        assertThat(registry.consulService(sample.nodeId())).isEmpty();
    }

    static Set<String> ignored() {
        return IGNORED;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ignored")
    void ignoresWhatIsMeantForOthers(String name) {
        // one of them is about a node that other samples register
        WireSample sample = WireSample.of(name).ofAnotherNode();

        Sent sent = Sent.to(registry, sample.topic(), name, sample.bytes());

        registry.broker().awaitCommitted(List.of(sent.where()));
        assertThat(sent.findIn(registry.deadLetters(sample.topic()))).isEmpty();
        if (sample.nodeId() != null) {
            assertThat(registry.row(sample.nodeId())).isEmpty();
        }
    }

    @ParameterizedTest(name = "in reverse: {0}")
    @ValueSource(booleans = {false, true})
    void leavesEveryNodeAsItsNewestSampleSaysInAnyOrder(boolean reverse) {
        List<String> names = new ArrayList<>(WireSample.names());
        if (reverse) {
            Collections.reverse(names);
        }

        List<RecordMetadata> sent = names.stream().map(name -> publish(WireSample.of(name))).toList();
        registry.broker().awaitCommitted(sent);

        eventually().untilAsserted(() -> {
            Set<String> shown = new TreeSet<>(registry.stores().consulServices().keySet());
            assertThat(shown).contains(
                    "metadata-stamping-v1", "test-node-compute-1", "reducer-001", "registry-main-1",
                    "0b8f7a56-3f65-4a6e-9f3a-6a2f1f0e1c02", "0b8f7a56-3f65-4a6e-9f3a-6a2f1f0e1c03");
            // the tombstone, the shutdown, and the two departures that the last of them share a moment
            assertThat(shown).doesNotContain(
                    "orchestrator-001", "0b8f7a56-3f65-4a6e-9f3a-6a2f1f0e1c01", "0b8f7a56-3f65-4a6e-9f3a-6a2f1f0e1c04",
                    "orchestrator-v1_0_0-abc123", "registry-abc123", "test-node-01234567");
        });
        assertThat(registry.row("orchestrator-001").orElseThrow().path("status").asText()).isEqualTo("departed");
    }

    @Test
    void knowsWhatToExpectOfEverySample() {
        Set<String> expected = new TreeSet<>(REGISTERED);
        expected.addAll(IGNORED);
        expected.add("core_shutdown_maintenance");
        Stream.of(heartbeats(), departures(), unreadable())
                .flatMap(table -> table)
                .forEach(row -> expected.add((String) row.get()[0]));

        assertThat(expected).containsExactlyElementsOf(WireSample.names());
    }

    private String registeredBy(String introduction) {
        WireSample sample = WireSample.of(introduction).ofAnotherNode();
        publish(sample);
        eventually().until(() -> registry.consulService(sample.nodeId()).isPresent());
        return sample.nodeId();
    }

    private RecordMetadata publish(WireSample sample) {
        return registry.publish(sample.topic(), sample.name(), sample.bytes());
    }

    private static Instant instant(JsonNode row, String column) {
        return NodeFacts.instant(row.path(column).textValue());
    }
}
