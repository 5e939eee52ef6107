// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeType;

class CollectedHeartbeatsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");
    private static final int MIB = 1 << 20;

    private final CollectedHeartbeats collected = new CollectedHeartbeats(RegistrySettings.read(
            key -> key.equals("registry.intake.heartbeat-buffer-bytes") ? Optional.of("" + 4 * MIB)
                    : Optional.empty()));

    @Test
    void isFullByBytesHoweverFewNodesThereAre() {
        for (int node = 0; node < 3; node++) {
            add("node-" + node, 0);
        }
        assertThat(collected.full()).isFalse();

        add("node-3", 0);

        assertThat(collected.full()).isTrue();
    }

    @Test
    void countsOfEachNodeTheBytesOfTheOneHeartbeatThatIsKept() {
        for (int second = 0; second < 50; second++) {
            add("node", second);
        }

        assertThat(collected.full()).isFalse();
    }

    @Test
    void countsNoBytesOfNodesThatHaveLeftOrOfWhatIsTaken() {
        for (int node = 0; node < 3; node++) {
            add("node-" + node, 0);
        }
        collected.add(List.of(), Map.of("node-0", NOW.plusSeconds(9)), Map.of(), 1);
        add("node-3", 0);
        assertThat(collected.full()).isFalse();
        add("node-4", 0);
        assertThat(collected.full()).isTrue();

        collected.take();

        assertThat(collected.full()).isFalse();
    }

    private void add(String nodeId, int second) {
        Instant time = NOW.plusSeconds(second);
        Heartbeat heartbeat = new Heartbeat(
                nodeId, NodeType.EFFECT, null, null, null, null, null,
                new EventVersion(null, time, UUID.randomUUID()), time, null, Set.of());
        collected.add(
                List.of(new ReadRecord(new ConsumerRecord<>("heartbeats", 0, 0, null, new byte[MIB]), heartbeat)),
                Map.of(), Map.of(), 1);
    }
}
