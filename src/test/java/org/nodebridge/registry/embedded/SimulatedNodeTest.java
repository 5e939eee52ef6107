// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.embedded.IntrospectionRequests.Request;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.dialect.EnvelopeReader;
import org.nodebridge.registry.event.dialect.EnvelopeWriter;
import org.nodebridge.registry.event.dialect.TopicKind;

class SimulatedNodeTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final String REQUEST = UUID.randomUUID().toString();

    private final EnvelopeReader strictReader = new EnvelopeReader(true, Duration.ofMinutes(5));

    @Test
    void showEachTypeInEachDialectInAFleetOfTwelve() {
        assertThat(IntStream.range(0, 12).mapToObj(SimulatedNodeTest::node).map(SimulatedNode::id))
                .doesNotHaveDuplicates()
                .contains("effect-1", "reducer-2", "orchestrator-2")
                .hasSize(12);
        assertThat(node(0).id()).isEqualTo(node(0).id());
        assertThat(UUID.fromString(node(2).id())).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void introducesItselfToAStrictReader(int number) {
        SimulatedNode node = node(number);

        NodeEvent event = read(TopicKind.INTROSPECTION, node.introspection("request", REQUEST, NOW));

        assertThat(event).asInstanceOf(type(NodeEvent.Introduced.class)).satisfies(introduced -> {
            assertThat(introduced.node().nodeId()).isEqualTo(node.id());
            assertThat(introduced.node().type().wireName()).isEqualTo(node.type());
            assertThat(introduced.node().healthEndpoint()).contains(node.id());
            assertThat(introduced.correlationId()).isEqualTo(REQUEST);
            assertThat(introduced.version().epoch()).isEqualTo(7);
            assertThat(introduced.leniencies()).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void sendsHeartbeatsToAStrictReader(int number) {
        NodeEvent event = read(TopicKind.HEARTBEAT, node(number).heartbeat(NOW.plusSeconds(60)));

        assertThat(event).asInstanceOf(type(NodeEvent.Heartbeat.class)).satisfies(heartbeat -> {
            assertThat(heartbeat.nodeId()).isEqualTo(node(number).id());
            assertThat(heartbeat.uptimeSeconds()).isEqualTo(60);
            assertThat(heartbeat.leniencies()).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void saysGoodbyeToAStrictReader(int number) {
        NodeEvent event = read(TopicKind.INTROSPECTION, node(number).departure(NOW));

        assertThat(event).asInstanceOf(type(NodeEvent.Departed.class)).satisfies(departed -> {
            assertThat(departed.nodeId()).isEqualTo(node(number).id());
            assertThat(departed.restartExpected()).isFalse();
        });
    }

    @Test
    void returnsWithAHigherEpochAndChangesWhatItCanDo() {
        SimulatedNode node = node(0);
        ObjectNode before = node.introspection("startup", REQUEST, NOW);

        node.leave();
        assertThat(node.isPresent()).isFalse();
        node.arrive(NOW);
        node.changeCapability();
        ObjectNode after = node.introspection("startup", REQUEST, NOW);

        assertThat(node.isPresent()).isTrue();
        assertThat(after.at("/payload/epoch").asLong()).isEqualTo(before.at("/payload/epoch").asLong() + 1);
        assertThat(after.at("/payload/capabilities")).isNotEqualTo(before.at("/payload/capabilities"));
    }

    @Test
    void understandsWhomTheRegistryAsks() {
        UUID correlationId = UUID.randomUUID();
        byte[] toAll = EnvelopeWriter.introspectionRequest(
                "registry-1", "startup", null, 5000, correlationId, NOW, UUID.randomUUID());
        byte[] toEffects = EnvelopeWriter.introspectionRequest(
                "registry-1", "manual", List.of(NodeType.EFFECT), 5000, correlationId, NOW, UUID.randomUUID());

        Request all = IntrospectionRequests.parse(toAll).orElseThrow();
        Request effects = IntrospectionRequests.parse(toEffects).orElseThrow();

        assertThat(all.correlationId()).isEqualTo(correlationId.toString());
        assertThat(SimulatedNode.TYPES).allMatch(all::asks);
        assertThat(SimulatedNode.TYPES.stream().filter(effects::asks)).containsExactly("effect");
        assertThat(IntrospectionRequests.parse("no json".getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    private NodeEvent read(TopicKind topic, ObjectNode record) {
        return strictReader.read(topic, record.toString().getBytes(StandardCharsets.UTF_8), NOW, NOW.plusSeconds(90));
    }

    private static SimulatedNode node(int number) {
        SimulatedNode node = new SimulatedNode(number, "http://127.0.0.1:9180", 7);
        node.arrive(NOW);
        return node;
    }
}
