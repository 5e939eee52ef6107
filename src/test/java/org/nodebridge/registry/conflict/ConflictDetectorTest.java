// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.conflict.NodeConflict.Evidence;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeType;

class ConflictDetectorTest {

    private static final Instant START = Instant.parse("2025-10-03T10:00:00Z");

    private final ConflictDetector detector = new ConflictDetector();
    private Instant now = START;

    private Optional<NodeConflict> says(String nodeId, String endpoint) {
        return says(nodeId, endpoint, true);
    }

    private Optional<NodeConflict> says(String nodeId, String endpoint, boolean capable) {
        var json = JsonNodeFactory.instance;
        NodeDescription node = new NodeDescription(
                nodeId, NodeType.EFFECT, null, json.objectNode().put("capable", capable), Map.of("api", endpoint),
                json.objectNode().put("instance_id", "at " + endpoint), "1.0.0", null, null, null, null);
        now = now.plusSeconds(1);
        return detector.changed(new Introduced(
                node, new EventVersion(null, now, UUID.randomUUID()), now, null, Set.of()));
    }

    private Optional<NodeConflict> beats(String nodeId, Instant startedAt) {
        return beats(nodeId, Duration.between(startedAt, now.plusSeconds(15)).toSeconds());
    }

    private Optional<NodeConflict> beats(String nodeId, double uptime) {
        now = now.plusSeconds(15);
        return detector.heard(new Heartbeat(
                nodeId, NodeType.EFFECT, HealthStatus.HEALTHY, null, uptime, null, null,
                new EventVersion(null, now, UUID.randomUUID()), now, null, Set.of()));
    }

    @Test
    void findsTwoProcessesWhoseContentAlternates() {
        assertThat(says("n", "http://a:1/")).isEmpty();
        assertThat(says("n", "http://b:1/")).isEmpty();
        assertThat(says("n", "http://a:1/")).as("a roll-back").isEmpty();

        NodeConflict conflict = says("n", "http://b:1/").orElseThrow();

        assertThat(conflict.evidence()).isEqualTo(Evidence.CONTENT);
        assertThat(conflict.processes()).extracting(process -> process.endpoints().get("api"))
                .containsExactly("http://b:1/", "http://a:1/");
        assertThat(conflict.processes()).extracting(NodeProcess::instanceId)
                .containsExactly("at http://b:1/", "at http://a:1/");
    }

    @Test
    void findsThreeProcessesThatTakeTurns() {
        for (String host : new String[] {"a", "b", "c", "a"}) {
            assertThat(says("n", "http://" + host + ":1/")).isEmpty();
        }

        assertThat(says("n", "http://b:1/")).isPresent();
    }

    @Test
    void takesReleasesAndOneRollBackForWhatTheyAre() {
        for (int release = 0; release < 20; release++) {
            assertThat(says("n", "http://host:" + (release + 1) + "/")).isEmpty();
        }
        assertThat(says("n", "http://host:19/")).isEmpty();
        now = now.plus(Alternation.WINDOW);
        assertThat(says("n", "http://host:20/")).as("a second one, much later").isEmpty();
    }

    @Test
    void takesOneProcessThatSwitchesSomethingOnAndOffForOne() {
        for (int change = 0; change < 20; change++) {
            assertThat(says("n", "http://a:1/", change % 2 == 0)).isEmpty();
        }
    }

    @Test
    void findsTwoProcessesWhoseHeartbeatsAlternateBetweenTwoStarts() {
        Instant first = START.minusSeconds(5_000);
        Instant second = START.minusSeconds(60);
        assertThat(beats("n", first)).isEmpty();
        assertThat(beats("n", second)).as("a restart").isEmpty();
        assertThat(beats("n", first.plusSeconds(2))).isEmpty();
        assertThat(beats("n", second.minusSeconds(3))).as("as of a clock that was put right").isEmpty();

        NodeConflict conflict = beats("n", first).orElseThrow();

        assertThat(conflict.evidence()).isEqualTo(Evidence.START);
        assertThat(conflict.processes()).hasSize(2).allSatisfy(
                process -> assertThat(process.startedAt()).isNotNull());
    }

    @Test
    void takesRestartsAndRoundingForWhatTheyAre() {
        for (int restart = 0; restart < 10; restart++) {
            Instant startedAt = now;
            for (int beat = 0; beat < 5; beat++) {
                assertThat(beats("n", startedAt.plusSeconds(beat % 3))).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e30, 1e12, Double.MAX_VALUE, Double.POSITIVE_INFINITY})
    void takesAnUptimeThatCannotBeForNone(double uptime) {
        for (int beat = 0; beat < 4; beat++) {
            assertThat(beats("n", START)).isEmpty();
            assertThat(beats("n", uptime)).isEmpty();
        }
    }

    @Test
    void findsContentThatAlternatesWhileTheUptimeOfAThousandOtherNodesNeverChanges() {
        for (int turn = 0; turn < 4; turn++) {
            assertThat(says("n", "http://" + (turn % 2 == 0 ? "a" : "b") + ":1/").isPresent()).isEqualTo(turn == 3);
            for (int other = 0; other < 2_200; other++) {
                assertThat(beats("other-" + other % 1_100, 3_600.0)).isEmpty();
                now = now.minusSeconds(other == 1_099 ? 0 : 15);
            }
        }
    }

    @Test
    void findsStartsThatAlternateWhileTheUptimeOfAThousandOtherNodesNeverChanges() {
        for (int turn = 0; turn < 5; turn++) {
            assertThat(beats("n", START.minusSeconds(turn % 2 == 0 ? 5_000 : 60)).isPresent()).isEqualTo(turn == 4);
            for (int other = 0; other < 1_100; other++) {
                assertThat(beats("other-" + other, 3_600.0)).isEmpty();
                now = now.minusSeconds(15);
            }
        }
    }

    @Test
    void findsItAmongOtherEventsAndForgetsTheNodesThatChangedLongestAgo() {
        for (int turn = 0; turn < 5; turn++) {
            for (int other = 0; other < 10_000; other++) {
                beats("other-" + other, START);
                now = now.minusSeconds(15);
            }
            assertThat(beats("n", START.minusSeconds(turn % 2 == 0 ? 5_000 : 60)).isPresent()).isEqualTo(turn == 4);
        }
        says("old", "http://a:1/");
        says("old", "http://b:1/");
        says("old", "http://a:1/");
        for (int other = 0; other < 1_000; other++) {
            says("new-" + other, "http://a:1/");
        }
        assertThat(says("old", "http://b:1/")).isEmpty();
    }
}
