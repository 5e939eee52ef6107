// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.ContentHash;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.dialect.EnvelopeReader;
import org.nodebridge.registry.event.dialect.TopicKind;

class NodeTextTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00.123456Z");
    private static final EnvelopeReader STRICT = new EnvelopeReader(true, Duration.ofMinutes(5));

    private final NodeText text = new NodeText("effect");

    @Test
    void introducesANodeToAStrictReader() {
        Introduced introduced = introduced(7);

        assertThat(introduced.nodeId()).isEqualTo("node-3");
        assertThat(introduced.leniencies()).isEmpty();
        assertThat(NodeText.change(introduced.node().nodeVersion())).isEqualTo(7);
        assertThat(NodeText.number(introduced.nodeId())).isEqualTo(3);
    }

    @Test
    void changesTheContentWithEachChangeAndWithNothingElse() {
        assertThat(hash(introduced(1).node())).isNotEqualTo(hash(introduced(2).node()));
        assertThat(hash(introduced(1).node())).isEqualTo(hash(introduced(1).node()));
        assertThat(introduced(1).version().eventId()).isNotEqualTo(introduced(1).version().eventId());
    }

    @Test
    void registersManuallyWhatItWouldIntroduce() {
        NodeEvent byHand = STRICT.readIntroduction(text.registration("node-3", 7, NOW), NOW);

        assertThat(byHand).isInstanceOfSatisfying(Introduced.class,
                registered -> assertThat(registered.node()).isEqualTo(introduced(7).node()));
    }

    @Test
    void sendsHeartbeatsToAStrictReader() {
        NodeEvent event = STRICT.read(TopicKind.HEARTBEAT, text.heartbeat("node-3", NOW), NOW, NOW);

        assertThat(event).isInstanceOfSatisfying(Heartbeat.class, heartbeat -> {
            assertThat(heartbeat.nodeId()).isEqualTo("node-3");
            assertThat(heartbeat.leniencies()).isEmpty();
        });
    }

    private Introduced introduced(long change) {
        return (Introduced) STRICT.read(TopicKind.INTROSPECTION, text.introduction("node-3", change, NOW), NOW, NOW);
    }

    private static String hash(NodeDescription node) {
        return ContentHash.of(node, Set.of());
    }
}
