// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cordoned node is critical in Consul with the reason, regardless of what it announces, until the cordon ends. */
class CordonIT {

    private static final String NODES = "/api/v1/registrations/";

    private final Registry registry = Registry.shared();

    @Test
    void isInBothStoresWhenItsAnswerIsThere() {
        PlainNode node = registered();

        Answer answer = cordon(node, "{'reason': 'disk is failing'}");

        assertThat(answer.json().path("outcome").textValue()).isEqualTo("cordoned");
        assertThat(answer.json().path("consul_pending").booleanValue()).isEqualTo(answer.status() == 202);
        assertThat(answer.json().at("/cordon/by").textValue()).isEqualTo("user:operator");
        isInConsul(answer, node, "critical");
        assertThat(registry.consulService(node.id()).orElseThrow().check().path("Output").textValue())
                .endsWith("cordoned: disk is failing");
        JsonNode shown = read(node);
        assertThat(shown.at("/cordon/reason").textValue()).isEqualTo("disk is failing");
        assertThat(shown.path("health").textValue()).as("its own health").isEqualTo("passing");
        eventually().untilAsserted(() -> { // of what both stores say, where each gives its answer in time
            Explained explained = Explained.of(registry, node.id());
            assertThat(explained.causes()).startsWith("cordoned");
            assertThat(explained.first().path("by").textValue()).isEqualTo("user:operator");
            assertThat(explained.first().path("reason").textValue()).isEqualTo("disk is failing");
            assertThat(read(node).at("/store_comparison/agree").booleanValue()).isTrue();
        });
        JsonNode change = shown.path("recent_changes").get(0);
        assertThat(change.path("change").textValue()).isEqualTo("cordoned");
        assertThat(change.path("reason").textValue()).isEqualTo("disk is failing");
        assertThat(change.path("actor").textValue()).isEqualTo("user:operator");
        assertThat(change.path("changed_fields")).extracting(JsonNode::textValue).containsExactly("cordon");
        assertThat(registry.get(NODES + "?cordoned=true&node_id=" + node.id()).json().path("registrations")).hasSize(1);
        assertThat(registry.get(NODES + "?cordoned=false&node_id=" + node.id()).json().path("registrations")).isEmpty();
    }

    @Test
    void endsWhenAnOperatorEndsIt() {
        PlainNode node = registered();
        cordon(node, "{'reason': 'maintenance'}");

        Answer answer = registry.delete(path(node));

        assertThat(answer.json().path("outcome").textValue()).isEqualTo("uncordoned");
        assertThat(answer.json().has("cordon")).isFalse();
        isInConsul(answer, node, "passing");
        assertThat(read(node).at("/recent_changes/0/change").textValue()).isEqualTo("uncordoned");
        assertThat(registry.delete(path(node)).json().path("outcome").textValue()).isEqualTo("unchanged");
    }

    @Test
    void outlastsWhatTheNodeAnnounces() {
        PlainNode node = registered();
        cordon(node, "{'reason': 'under repair'}");
        ObjectNode changed = node.payload();
        changed.withObject("/capabilities").put("added_later", true);

        registry.publish(Registry.INTROSPECTION, node.id(), node.introduction(changed));
        registry.publish(Registry.HEARTBEAT, node.id(), node.heartbeat("degraded"));

        eventually().untilAsserted(() -> {
            ConsulService service = registry.consulService(node.id()).orElseThrow();
            assertThat(service.tags()).anyMatch(tag -> tag.endsWith("added_later"));
            assertThat(read(node).path("health").textValue()).isEqualTo("warning");
            assertThat(read(node).at("/stores/consul").textValue()).isEqualTo("registered");
            assertThat(service.status()).isEqualTo("critical");
        });
        isInConsul(registry.delete(path(node)), node, "warning");
    }

    @Test
    void outlastsALeaveAndAReturn() {
        PlainNode node = registered();
        cordon(node, "{'reason': 'not that one again'}");
        registry.delete(NODES + node.id());

        Answer back = registry.post("/api/v1/registrations", node.payload());

        isInConsul(back, node, "critical");
        assertThat(read(node).at("/cordon/reason").textValue()).isEqualTo("not that one again");
    }

    @Test
    void endsByItsTime() {
        PlainNode node = registered();
        isInConsul(cordon(node, "{'reason': 'for a moment', 'until': '2999-01-01T00:00:00Z'}"), node, "critical");

        Instant until = eventually().until(() -> { // again where it has passed before the registry hears of it
            Instant soon = Instant.now().plus(Duration.ofSeconds(5));
            return cordon(node, "{'reason': 'for a moment', 'until': '" + soon + "'}").status() < 300 ? soon : null;
        }, Objects::nonNull);

        eventually().untilAsserted(() -> {
            assertThat(registry.consulService(node.id()).orElseThrow().status()).isEqualTo("passing");
            assertThat(read(node).has("cordon")).isFalse();
            assertThat(read(node).at("/recent_changes/0/actor").textValue()).startsWith("leader:");
        });
        assertThat(Instant.now()).isAfter(until);
    }

    @Test
    void takesAnotherReasonAndKeepsItsBeginning() {
        PlainNode node = registered();
        JsonNode first = cordon(node, "{'reason': 'first'}").json();

        JsonNode second = cordon(node, "{'reason': 'second', 'until': '2999-01-01T00:00:00Z'}").json();
        JsonNode same = cordon(node, "{'reason': 'second', 'until': '2999-01-01T00:00:00Z'}").json();

        assertThat(second.path("outcome").textValue()).isEqualTo("cordoned");
        assertThat(second.at("/cordon/since")).isEqualTo(first.at("/cordon/since"));
        assertThat(second.at("/cordon/until").textValue()).isEqualTo("2999-01-01T00:00:00Z");
        assertThat(same.path("outcome").textValue()).isEqualTo("unchanged");
        eventually().untilAsserted(() -> assertThat(
                registry.consulService(node.id()).orElseThrow().check().path("Output").textValue())
                .endsWith("cordoned: second"));
    }

    @Test
    void ofManyIsShownBeforeItIsDone() {
        String region = Registry.uniqueId("region");
        List<PlainNode> nodes = PlainNode.many(Registry.uniqueId("many"), 3).toList();
        nodes.forEach(node -> {
            ObjectNode payload = node.payload();
            payload.withObject("/metadata").put("region", region);
            assertThat(registry.post("/api/v1/registrations", payload).status()).isIn(201, 202);
        });
        String body = "{'action': 'cordon', 'regions': ['" + region + "'], 'reason': 'the region is moved'";

        JsonNode preview = many(body + ", 'dry_run': true}").json();
        assertThat(preview.path("matched").intValue()).isEqualTo(3);
        assertThat(preview.path("changed").intValue()).isZero();
        assertThat(preview.path("node_ids")).extracting(JsonNode::textValue)
                .containsExactlyInAnyOrderElementsOf(nodes.stream().map(PlainNode::id).toList());
        assertThat(nodes).allSatisfy(node -> assertThat(read(node).has("cordon")).isFalse());

        Answer done = many(body + "}");
        assertThat(done.json().path("changed").intValue()).isEqualTo(3);
        nodes.forEach(node -> isInConsul(done, node, "critical"));

        Answer ended = many("{'action': 'uncordon', 'regions': ['" + region + "']}");
        assertThat(ended.json().path("changed").intValue()).isEqualTo(3);
        nodes.forEach(node -> isInConsul(ended, node, "passing"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "{}                                                       | reason",
        "{'reason': '  '}                                         | reason",
        "{'reason': 'x\\u202Ey'}                                  | reason",
        "{'reason': 1}                                            | reason",
        "{'reason': 'x', 'until': '2001-01-01T00:00:00Z'}         | until",
        "{'reason': 'x', 'until': 'tomorrow'}                     | until",
        "{'reason': 'x', 'for': 'PT1H'}                           | for",
        "{'reason': 'x', 'until': null, 'reason': 'y'}            | reason",
    })
    void namesTheMemberThatIsNotValid(String body, String field) {
        PlainNode node = registered();

        Answer answer = cordon(node, body);

        RegistrationsApiIT.isProblem(answer, 400, "invalid-input");
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo(field);
        assertThat(read(node).has("cordon")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "{'reason': 'x', 'regions': ['r']}                        | action",
        "{'action': 'drain', 'regions': ['r']}                    | action",
        "{'action': 'cordon', 'regions': ['r']}                   | reason",
        "{'action': 'cordon', 'reason': 'all of them'}            | node_types",
        "{'action': 'cordon', 'reason': 'all of them', 'regions': []} | regions",
        "{'action': 'cordon', 'reason': 'x', 'node_types': [], 'capabilities': []} | node_types",
        "{'action': 'cordon', 'reason': 'x', 'node_types': ['y']} | node_types[0]",
        "{'action': 'cordon', 'reason': 'x', 'regions': ['r'], 'dry_run': null}    | dry_run",
        "{'action': 'cordon', 'reason': 'x', 'regions': ['r'], 'node_types': null} | node_types",
    })
    void namesTheMemberThatIsNotValidForMany(String body, String field) {
        // what it would do where it were taken is not for the others' nodes
        Answer answer = many(body.contains("dry_run") ? body : body.replaceFirst("}$", ", 'dry_run': true}"));

        RegistrationsApiIT.isProblem(answer, 400, "invalid-input");
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo(field);
    }

    /** One without a reason, as an administrator's SQL may set it, is a cordon too and spoils no other. */
    @Test
    void isWhatAnotherProgramSets() {
        PlainNode node = registered();
        PlainNode other = registered();
        registry.stores().execute("UPDATE tool_registrations SET cordoned_at = now(), revision = revision + 1"
                + " WHERE tool_id = '" + node.id() + "'");

        isInConsul(cordon(other, "{'reason': 'x'}"), other, "critical");
        eventually().untilAsserted(() -> assertThat(registry.consulService(node.id()).orElseThrow().status())
                .isEqualTo("critical"));
        isInConsul(registry.delete(path(node)), node, "passing");
    }

    @Test
    void isForNodesThatAreKnown() {
        PlainNode node = PlainNode.unique("cordon");

        RegistrationsApiIT.isProblem(cordon(node, "{'reason': 'x'}"), 404, "not-registered");
        RegistrationsApiIT.isProblem(registry.delete(path(node)), 404, "never-heard-of");
    }

    private PlainNode registered() {
        PlainNode node = PlainNode.unique("cordon");
        assertThat(registry.post("/api/v1/registrations", node.payload()).status()).isIn(201, 202);
        return node;
    }

    /** When the answer is there, unless it says that Consul follows, as where that is slow. */
    private void isInConsul(Answer answer, PlainNode node, String status) {
        assertThat(answer.status()).as(answer.body()).isIn(200, 201, 202);
        if (answer.status() == 202) {
            eventually().untilAsserted(() -> assertThat(registry.consulService(node.id()))
                    .hasValueSatisfying(service -> assertThat(service.status()).isEqualTo(status)));
        }
        assertThat(registry.consulService(node.id()).orElseThrow().status()).isEqualTo(status);
    }

    private JsonNode read(PlainNode node) {
        return registry.get(NODES + node.id()).json();
    }

    private Answer cordon(PlainNode node, String body) {
        return registry.send(Registry.asOperator(registry.request(path(node)))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private Answer many(String body) {
        return registry.post("/api/v1/cordons", Json.parse(body.replace('\'', '"')));
    }

    private static String path(PlainNode node) {
        return NODES + node.id() + "/cordon";
    }
}
