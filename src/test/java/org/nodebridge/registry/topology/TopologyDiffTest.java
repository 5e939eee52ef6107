// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.changes.Change;
import org.nodebridge.registry.changes.Change.Said;
import org.nodebridge.registry.contract.Contract;
import org.nodebridge.registry.store.jdbc.StoredTime;

class TopologyDiffTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final UUID HISTORY = UUID.fromString("11111111-2222-3333-4444-555555555555");
    private static final Instant NOW = Instant.parse("2025-10-28T12:35:00Z");

    private final Change added = change(40, "orchestrator-002", "orchestrator", "registered", null, "active",
            content("http://orchestrator-002:8053/health", "{\"max_concurrent_workflows\": 100}"));
    private final Change updated = change(41, "reducer-001", "reducer", "updated", "active", "active",
            content("http://reducer-001:8060/health", "{\"aggregation_throughput\": 2000}"), "endpoints",
            "capabilities");
    private final Change removed = new Change(42, "orchestrator-001", "orchestrator", "expired", "lease_expired",
            "expired", "active", "critical", null, StoredTime.at(NOW), new UUID(0, 42), NOW, List.of("status"), null);

    @Test
    void hasTheShapeThatUpstreamPlanned() {
        JsonNode message = only(List.of(added, updated, removed), 15);
        ObjectNode planned = planned();

        // what the two cannot have in common: who wrote it and when, and the revisions
        assertThat(names(message)).isEqualTo(names(planned));
        assertThat(names(message.path("payload"))).isEqualTo(names(planned.path("payload")));
        assertThat(message.path("event_type")).isEqualTo(planned.path("event_type"));
        assertThat(message.at("/payload/summary")).isEqualTo(planned.at("/payload/summary"));
        JsonNode changes = message.at("/payload/changes");
        assertThat(changes).hasSameSizeAs(planned.at("/payload/changes"));
        for (int i = 0; i < changes.size(); i++) {
            ObjectNode change = changes.get(i).deepCopy();
            change.remove(List.of("status", "health")); // ours beside it
            assertThat(change).isEqualTo(planned.at("/payload/changes/" + i));
        }
    }

    @Test
    void leadsFromTheRevisionBeforeItsFirstChangeToThatOfItsLast() {
        JsonNode message = only(List.of(added, updated, removed), 15);

        assertThat(message.at("/payload/previous_version").longValue()).isEqualTo(39);
        assertThat(message.at("/payload/topology_version").longValue()).isEqualTo(42);
    }

    @Test
    void hasTheSameIdWheneverItIsWrittenAndAnotherInAnotherHistory() {
        String first = only(List.of(added), 1).path("event_id").textValue();

        assertThat(only(List.of(added), 9).path("event_id").textValue()).isEqualTo(first);
        assertThat(only(List.of(added, updated), 1).path("event_id").textValue()).isNotEqualTo(first);
        TopologyDiff other = TopologyDiff.of(List.of(added), "registry-1", new UUID(1, 1), 1, NOW).get(0);
        assertThat(parsed(other).path("event_id").textValue()).isNotEqualTo(first);
    }

    @Test
    void aHealthThatAHeartbeatChangedIsAnUpdateThatSaysWhatItIsNow() {
        Change health = new Change(43, "reducer-001", "reducer", "health", null, "active", "active", "warning", 7L,
                StoredTime.at(NOW),
                new UUID(0, 43), NOW, List.of("health"), null);

        JsonNode change = only(List.of(health), 1).at("/payload/changes/0");

        assertThat(change.path("change_type").textValue()).isEqualTo("updated");
        assertThat(change.path("changed_fields")).extracting(JsonNode::textValue).containsExactly("health");
        assertThat(change.path("health").textValue()).isEqualTo("warning");
        assertThat(change.has("endpoints")).isFalse();
    }

    @Test
    void aNodeThatComesBackIsAddedAndOneThatDrainsIsRemoved() {
        Change back = change(43, "n", "effect", "updated", "departed", "active", content("http://n/h", "{}"), "status");
        Change drains = change(44, "n", "effect", "draining", "active", "draining", null, "status");
        Change suspect = change(45, "m", "effect", "suspect", "active", "suspect", null, "status");

        JsonNode changes = only(List.of(back, drains, suspect), 1).at("/payload/changes");

        assertThat(changes).extracting(change -> change.path("change_type").textValue())
                .containsExactly("added", "removed", "updated");
        assertThat(changes.get(1).path("removal_reason").textValue()).isEqualTo("draining");
    }

    @Test
    void isSplitWhereItWouldBeTooLargeForABroker() {
        String large = "{\"x\": \"" + "y".repeat(200_000) + "\"}";
        List<Change> changes = IntStream.rangeClosed(1, 10)
                .mapToObj(i -> change(i, "n" + i, "effect", "registered", null, "active", content("http://n/h", large)))
                .toList();

        List<TopologyDiff> messages = TopologyDiff.of(changes, "registry-1", HISTORY, 10, NOW);

        assertThat(messages).hasSize(3).allSatisfy(message -> {
            assertThat(message.json()).hasSizeLessThan(1_000_000);
            assertThat(Contract.payloadFaults("topology-diff", parsed(message))).isEmpty();
        });
        List<Long> published = new ArrayList<>();
        long previous = 0;
        for (TopologyDiff message : messages) {
            JsonNode payload = parsed(message).path("payload");
            assertThat(payload.path("previous_version").longValue()).isEqualTo(previous);
            previous = payload.path("topology_version").longValue();
            assertThat(message.revision()).isEqualTo(previous);
            published.add((long) payload.path("changes").size());
        }
        assertThat(published.stream().mapToLong(Long::longValue).sum()).isEqualTo(10).isEqualTo(previous);
    }

    @Test
    void leavesOutContentThatWouldBeTooLargeAlone() {
        Change huge = change(1, "n", "effect", "registered", null, "active",
                content("http://n/h", "{\"x\": \"" + "y".repeat(1_000_000) + "\"}"));

        JsonNode change = only(List.of(huge), 1).at("/payload/changes/0");

        assertThat(change.path("content_omitted").booleanValue()).isTrue();
        assertThat(change.has("capabilities")).isFalse();
        assertThat(change.path("node_id").textValue()).isEqualTo("n");
    }

    @Test
    void tellsNumbersWithEveryDigit() {
        String digits = "{\"a\": 0.12345678901234567890123, \"b\": 100.00, \"c\": 9007199254740993}";
        Change precise = change(43, "n", "effect", "registered", null, "active", content("http://n/h", digits));

        TopologyDiff message = TopologyDiff.of(List.of(precise), "registry-1", HISTORY, 1, NOW).get(0);

        assertThat(new String(message.json(), StandardCharsets.UTF_8)).contains(digits);
    }

    private static JsonNode only(List<Change> changes, long totalNodes) {
        List<TopologyDiff> messages = TopologyDiff.of(changes, "registry-1", HISTORY, totalNodes, NOW);
        assertThat(messages).hasSize(1);
        assertThat(Contract.payloadFaults("topology-diff", parsed(messages.get(0)))).isEmpty();
        return parsed(messages.get(0));
    }

    private static Change change(
            long revision, String nodeId, String nodeType, String change, String statusBefore, String status,
            Said content, String... changedFields) {
        return new Change(revision, nodeId, nodeType, change, null, status, statusBefore, "passing", null,
                StoredTime.at(NOW),
                new UUID(0, revision), NOW, List.of(changedFields), content);
    }

    private static Said content(String health, String capabilities) {
        return new Said(capabilities, "{\"health\": \"" + health + "\"}", "{}", "{}");
    }

    private static ObjectNode planned() {
        try (InputStream sample =
                TopologyDiffTest.class.getResourceAsStream("/wire/bridge_plan_topology_diff.json")) {
            return (ObjectNode) JSON.readTree(sample);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode parsed(TopologyDiff message) {
        try {
            return JSON.readTree(message.json());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> names(JsonNode object) {
        return StreamSupport.stream(((Iterable<String>) object::fieldNames).spliterator(), false).sorted().toList();
    }
}
