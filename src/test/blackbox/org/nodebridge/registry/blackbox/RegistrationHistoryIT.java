// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has become of a node, as the interface tells it. */
class RegistrationHistoryIT {

    private static final String PATH = "/api/v1/registrations";

    private final Registry registry = Registry.shared();
    private final PlainNode node = PlainNode.unique("history/ü");

    @Test
    void tellsTheWholeLifeOfANodeThatHasLeftAndComeBackWithWhatChangedEachTime() {
        registry.post(PATH, node.payload());
        ObjectNode busier = node.payload();
        busier.withObject("/capabilities").set("hash", Json.object("{'length': 1.5}"));
        registry.post(PATH, busier);
        registry.post(path("/heartbeat"), Json.object("{'health_status': 'degraded'}"));
        ObjectNode moved = busier.deepCopy().put("node_role", "gateway").put("node_type", "reducer");
        moved.put("timestamp", Instant.now().toString()).withObject("/metadata").put("version", "2.0.0");
        registry.post(PATH, moved);
        registry.delete(path(""));

        isProblem(registry.get(path("")), 404, "not-registered");
        List<JsonNode> changes = changes("?limit=1000");

        assertThat(changes).extracting(change -> change.path("change").textValue())
                .containsExactly("departed", "updated", "health", "updated", "registered");
        assertThat(changes).extracting(change -> change.path("changed_fields").toString()).containsExactly(
                "[\"status\"]", "[\"metadata\",\"node_role\",\"version\",\"node_type\"]", "[\"health\"]",
                "[\"capabilities\"]", "[]");
        assertThat(changes).extracting(change -> change.path("status").textValue())
                .containsExactly("departed", "active", "active", "active", "active");
        assertThat(changes.get(2).path("health").textValue()).isEqualTo("warning");
        assertThat(changes.get(0).path("reason").textValue()).isEqualTo("manual_deregistration");
        assertThat(changes).extracting(change -> change.has("content")).containsExactly(false, true, false, true, true);
        assertThat(changes.get(3).at("/content/capabilities"))
                .isEqualTo(Json.object("{'stamp': {}, 'hash': {'length': 1.5}}"));
        assertThat(changes.get(1).at("/content/node_role").textValue()).isEqualTo("gateway");
        assertThat(changes).extracting(change -> change.path("revision").longValue())
                .isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(changes).allSatisfy(change -> assertThat(List.of("event_id", "event_timestamp", "changed_at"))
                .allSatisfy(name -> assertThat(change.path(name).asText()).isNotEmpty()));

        registry.post(PATH, moved.put("timestamp", Instant.now().toString()));

        assertThat(changes("?limit=1").get(0).path("changed_fields").toString())
                .as("it says what it did before it left, when it was degraded")
                .isEqualTo("[\"status\",\"health\"]");
    }

    @Test
    void pagesFromNewToOldThoughMoreIsWrittenMeanwhile() {
        for (int number = 0; number < 6; number++) {
            change(number);
        }
        List<JsonNode> all = changes("");
        List<JsonNode> paged = new ArrayList<>();
        String cursor = "";
        for (int page = 0; cursor != null; page++) {
            JsonNode answer = registry.get(path("/history?limit=2" + cursor)).json();
            answer.path("changes").forEach(paged::add);
            cursor = answer.has("next_cursor") ? "&cursor=" + answer.path("next_cursor").textValue() : null;
            change(100 + page);
        }

        assertThat(paged).hasSize(6).isEqualTo(all);
    }

    @Test
    void listsWhoChangedWhatOverAllNodes() {
        PlainNode other = PlainNode.unique("history-other");
        registry.post(PATH, node.payload());
        registry.post(PATH, other.payload());
        registry.delete(path(""));

        String byUsers = "/api/v1/changes?actor=user:oper&change=departed,registered&limit=";
        List<JsonNode> ours = changesOf(registry.get(byUsers + 1000).json().path("changes")).stream()
                .filter(change -> List.of(node.id(), other.id()).contains(change.path("node_id").textValue()))
                .toList();
        assertThat(ours).extracting(change -> change.path("node_id").textValue())
                .containsExactly(node.id(), other.id(), node.id());
        JsonNode departed = ours.get(0);
        assertThat(departed.path("change").textValue()).isEqualTo("departed");
        assertThat(departed.path("reason").textValue()).isEqualTo("manual_deregistration");
        assertThat(departed.path("actor").textValue()).isEqualTo("user:operator");
        assertThat(departed.has("content")).isFalse();
        String cursor = "&cursor=" + departed.path("revision").longValue();
        JsonNode page = registry.get(byUsers + 1 + cursor).json();
        assertThat(page.at("/changes")).hasSize(1);
        assertThat(page.at("/changes/0/revision").longValue()).isLessThan(departed.path("revision").longValue());
        assertThat(page.path("next_cursor").textValue()).isEqualTo(page.at("/changes/0/revision").asText());

        assertThat(registry.get("/api/v1/changes?actor=nobody").json().path("changes")).isEmpty();
        assertThat(registry.get("/api/v1/changes?cursor=1").json().has("next_cursor")).isFalse();
        assertThat(registry.get("/api/v1/changes?change=odd").body()).contains("\"field\":\"change\"", "departed");
        isProblem(registry.get("/api/v1/changes?cursor=x"), 400, "invalid-input");
    }

    @Test
    void showsTheLastTenChangesWithTheNode() {
        for (int number = 0; number < 12; number++) {
            change(number);
        }

        JsonNode shown = registry.get(path("?stores=false")).json();

        assertThat(shown.path("recent_changes")).hasSize(10);
        assertThat(List.copyOf(changes("?limit=10"))).isEqualTo(changesOf(shown.path("recent_changes")));
    }

    @Test
    void hasHeardOfNodesThatLeftATraceAndOfNoOthers() {
        isProblem(registry.get(path("/history")), 404, "never-heard-of");
        change(1);
        registry.delete(path(""));

        assertThat(changes("")).hasSize(2);
        JsonNode beyond = registry.get(path("/history?cursor=1")).json();
        assertThat(beyond.path("changes").isArray()).isTrue();
        assertThat(beyond.path("changes")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "cursor=x", "cursor=-1", "cursor=", "cursor=9999999999999999999"})
    void namesTheParameterThatIsNotValid(String parameter) {
        Answer answer = registry.get(path("/history?" + parameter));

        isProblem(answer, 400, "invalid-input");
        assertThat(answer.json().path("errors").findValuesAsText("field"))
                .containsExactly(parameter.substring(0, parameter.indexOf('=')));
    }

    private void change(int number) {
        ObjectNode payload = node.payload();
        payload.withObject("/metadata").put("number", number);
        Answer answer = registry.post(PATH, payload);
        assertThat(answer.status()).as(answer.body()).isIn(200, 201);
    }

    private List<JsonNode> changes(String query) {
        Answer answer = registry.get(path("/history" + query));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return changesOf(answer.json().path("changes"));
    }

    private static List<JsonNode> changesOf(JsonNode array) {
        List<JsonNode> changes = new ArrayList<>();
        array.forEach(changes::add);
        return changes;
    }

    private String path(String rest) {
        return PATH + "/" + Registry.encoded(node.id()) + rest;
    }
}
