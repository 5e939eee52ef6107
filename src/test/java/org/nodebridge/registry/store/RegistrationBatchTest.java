// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeType;

class RegistrationBatchTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void keepsTheNewestIntroductionInAnyOrder() {
        Introduced older = introduced("a", 0);
        Introduced newer = introduced("a", 5);

        assertThat(RegistrationBatch.collapse(List.of(older, newer)).introductions()).containsExactly(newer);
        assertThat(RegistrationBatch.collapse(List.of(newer, older)).introductions()).containsExactly(newer);
    }

    @Test
    void keepsADepartureAndNotTheIntroductionBeforeIt() {
        RegistrationBatch batch =
                RegistrationBatch.collapse(List.of(introduced("a", 0), departed("a", 5, NodeType.EFFECT)));

        assertThat(batch.introductions()).isEmpty();
        assertThat(batch.departures()).hasSize(1);
    }

    @Test
    void keepsTheReturnAndNotTheDepartureBeforeIt() {
        RegistrationBatch batch = RegistrationBatch.collapse(List.of(departed("a", 0, null), introduced("a", 5)));

        assertThat(batch.introductions()).hasSize(1);
        assertThat(batch.departures()).isEmpty();
    }

    @Test
    void givesADepartureTheTypeThatTheIntroductionNamed() {
        for (List<NodeEvent> order : List.<List<NodeEvent>>of(
                List.of(introduced("a", 0), departed("a", 5, null)),
                List.of(departed("a", 5, null), introduced("a", 0)))) {
            assertThat(RegistrationBatch.collapse(order).departures())
                    .extracting(Departed::type)
                    .containsExactly(NodeType.COMPUTE);
        }
    }

    @Test
    void keepsAHeartbeatBesideAnIntroduction() {
        RegistrationBatch batch =
                RegistrationBatch.collapse(List.of(introduced("a", 0), heartbeat("a", 1), heartbeat("a", 2)));

        assertThat(batch.introductions()).hasSize(1);
        assertThat(batch.heartbeats()).extracting(beat -> beat.version().eventTime())
                .containsExactly(NOON.plusSeconds(2));
        assertThat(batch.events()).hasSize(2);
    }

    @Test
    void passesOverWhatIsAboutNoNode() {
        assertThat(RegistrationBatch.collapse(List.of(new Ignored("x"))).isEmpty()).isTrue();
    }

    @Test
    void splitsIntoHalvesThatTogetherHoldEverything() {
        RegistrationBatch batch = RegistrationBatch.collapse(
                List.of(introduced("a", 0), introduced("b", 0), departed("c", 0, null), heartbeat("d", 0)));

        List<RegistrationBatch> halves = batch.halves();

        assertThat(halves).extracting(RegistrationBatch::size).containsExactly(2, 2);
        assertThat(halves.get(0).events()).extracting(OfNode::nodeId).containsExactly("a", "b");
        assertThat(halves.get(1).events()).extracting(OfNode::nodeId).containsExactly("c", "d");
    }

    private static EventVersion version(int seconds) {
        return new EventVersion(null, NOON.plusSeconds(seconds), UUID.randomUUID());
    }

    private static Introduced introduced(String nodeId, int seconds) {
        NodeDescription node = new NodeDescription(
                nodeId, NodeType.COMPUTE, null, JsonNodeFactory.instance.objectNode(), Map.of(),
                JsonNodeFactory.instance.objectNode(), null, null, null, null, null);
        return new Introduced(node, version(seconds), NOON, null, Set.of());
    }

    private static Departed departed(String nodeId, int seconds, NodeType type) {
        return new Departed(nodeId, type, "graceful_shutdown", false, null, version(seconds), NOON, null, Set.of());
    }

    private static Heartbeat heartbeat(String nodeId, int seconds) {
        return new Heartbeat(
                nodeId, NodeType.COMPUTE, HealthStatus.HEALTHY, 1L, 1.0, 1.0, 1.0, version(seconds), NOON, null,
                Set.of());
    }
}
