// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registering, reading and deregistering one node manually. */
class RegistrationsApiIT {

    private static final String PATH = "/api/v1/registrations";
    private static final String DIGITS = "{\"long\": 0.12345678901234567890123, \"big\": 1234567890123456789012.5,"
            + " \"tiny\": 1e-400, \"zeros\": 100.00, \"whole\": 9007199254740993}";

    private final Registry registry = Registry.shared();

    @Test
    void registersANewNodeInBothStoresAndSaysWhere() {
        String nodeId = Registry.uniqueId("api");

        Answer answer = registry.post(PATH, payload(nodeId));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.mediaType()).isEqualTo("application/json");
        JsonNode result = answer.json();
        assertThat(result.path("status").textValue()).isEqualTo("success");
        assertThat(result.path("registered_node_id").textValue()).isEqualTo(nodeId);
        assertThat(result.path("consul_registered").isBoolean()).isTrue();
        assertThat(result.path("consul_registered").booleanValue()).isTrue();
        assertThat(result.path("postgres_registered").booleanValue()).isTrue();
        assertThat(result.path("registration_time_ms").doubleValue()).isBetween(0.01, 60_000.0);
        assertThat(result.path("outcome").textValue()).isEqualTo("created");
        assertThat(result.size()).isEqualTo(6);
        // both have it when the answer is there, not some time later
        assertThat(registry.row(nodeId)).hasValueSatisfying(
                row -> assertThat(row.at("/capabilities/max_throughput").intValue()).isEqualTo(1000));
        assertThat(registry.consulService(nodeId)).hasValueSatisfying(service -> {
            assertThat(service.name()).isEqualTo("onex-effect");
            assertThat(service.address()).isEqualTo("my-service");
            assertThat(service.port()).isEqualTo(8080);
        });
        String location = URI.create(answer.header("Location")).getRawPath();
        assertThat(registry.get(location).json().path("node_id").textValue()).isEqualTo(nodeId);
    }

    @Test
    void answersOkWithTheOutcomeForANodeItKnows() {
        String nodeId = Registry.uniqueId("api");
        registry.post(PATH, payload(nodeId));

        Answer unchanged = registry.post(PATH, payload(nodeId));
        ObjectNode changed = payload(nodeId);
        changed.withObject("/capabilities").put("max_throughput", 2000);
        Answer updated = registry.post(PATH, changed);

        assertThat(unchanged.status()).isEqualTo(200);
        assertThat(unchanged.json().path("outcome").textValue()).isEqualTo("unchanged");
        assertThat(unchanged.json().path("consul_registered").booleanValue()).isTrue();
        assertThat(updated.status()).isEqualTo(200);
        assertThat(updated.json().path("outcome").textValue()).isEqualTo("updated");
        assertThat(registry.get(PATH + "/" + nodeId).json().at("/capabilities/max_throughput").intValue())
                .isEqualTo(2000);
    }

    @Test
    void showsARegisteredNodeWhole() {
        String nodeId = Registry.uniqueId("api");
        registry.post(PATH, payload(nodeId).put("epoch", 4).put("node_role", "gateway"));

        JsonNode node = eventually().until(
                () -> registry.get(PATH + "/" + nodeId).json(),
                shown -> shown.at("/stores/consul").asText().equals("registered"));

        assertThat(node.path("node_type").textValue()).isEqualTo("effect");
        assertThat(node.path("node_role").textValue()).isEqualTo("gateway");
        assertThat(node.path("version").textValue()).isEqualTo("1.0.0");
        assertThat(node.path("environment").textValue()).isEqualTo("production");
        assertThat(node.path("status").textValue()).isEqualTo("active");
        assertThat(node.path("epoch").intValue()).isEqualTo(4);
        assertThat(node.path("stores")).isEqualTo(Json.object("{'postgres': 'registered', 'consul': 'registered'}"));
        assertThat(node.path("capabilities")).isEqualTo(payload(nodeId).path("capabilities"));
        assertThat(node.path("endpoints")).isEqualTo(payload(nodeId).path("endpoints"));
        assertThat(node.path("metadata")).isEqualTo(payload(nodeId).path("metadata"));
        assertThat(Instant.parse(node.path("lease_expires_at").textValue())).isAfter(Instant.now());
        assertThat(Instant.parse(node.path("registered_at").textValue())).isBefore(Instant.now().plusSeconds(5));
    }

    @Test
    void showsWhatEachStoreHasSideBySide() {
        PlainNode node = PlainNode.unique("both-stores");
        registry.post(PATH, node.payload());

        // again where Consul did not say in time what it has
        JsonNode shown = eventually().until(
                () -> registry.get(PATH + "/" + node.id()).json(),
                each -> each.at("/store_comparison/agree").asBoolean());

        JsonNode comparison = shown.path("store_comparison");
        assertThat(comparison.path("agree")).isEqualTo(Json.parse("true"));
        assertThat(comparison.path("differences")).isEqualTo(Json.parse("[]"));
        assertThat(comparison.has("consul_error")).isFalse();
        assertThat(comparison.at("/postgres/confirmed")).isEqualTo(Json.parse("true"));
        assertThat(comparison.at("/postgres/row_version")).isEqualTo(shown.path("row_version"));
        assertThat(shown.path("row_version").longValue()).isPositive().isEqualTo(shown.path("revision").longValue());
        assertThat(comparison.at("/consul/consul_node").textValue()).isEqualTo("nodebridge");
        for (String field : List.of("service", "address", "port", "tags", "meta", "check")) {
            assertThat(comparison.at("/consul/" + field)).as(field).isEqualTo(comparison.at("/postgres/" + field));
        }
        ConsulService inConsul = registry.consulService(node.id()).orElseThrow();
        assertThat(comparison.at("/consul/service").textValue()).isEqualTo(inConsul.name());
        assertThat(comparison.at("/consul/meta/event-id").textValue()).isEqualTo(inConsul.meta().get("event-id"));
        assertThat(comparison.at("/consul/modify_index").longValue()).isEqualTo(inConsul.modifyIndex());
        assertThat(registry.get(PATH + "/" + node.id() + "?stores=false").json().has("store_comparison")).isFalse();
        isProblem(registry.get(PATH + "/" + node.id() + "?stores=no"), 400, "invalid-input");
    }

    @Test
    void namesWhatSomebodyHasChangedInConsul() {
        ConsulEditor consul = new ConsulEditor(Backends.shared(), "nodebridge");
        for (Tampering tampering : Tampering.ofALivingNode()) {
            PlainNode node = PlainNode.unique("tampered");
            registry.post(PATH, node.payload());
            eventually().until(() -> registry.consulService(node.id()).isPresent());

            // again when a pass of the reconciler has put it right just then
            eventually().untilAsserted(() -> {
                tampering.edit().accept(consul, node.id());
                JsonNode comparison = registry.get(PATH + "/" + node.id()).json().path("store_comparison");

                assertThat(comparison.path("agree")).as(tampering.name()).isEqualTo(Json.parse("false"));
                List<String> fields = comparison.path("differences").findValuesAsText("field");
                if (tampering.kind().equals("different")) {
                    assertThat(fields).as(tampering.name()).containsExactlyInAnyOrderElementsOf(tampering.fields());
                } else if (comparison.path("consul").isNull()) {
                    assertThat(fields).as(tampering.name()).containsExactly("service");
                } else {
                    assertThat(fields).as(tampering.name()).contains("meta.registry-id");
                }
            });
            registry.delete(PATH + "/" + node.id());
            consul.deregisterService(node.id());
        }
    }

    @Test
    void saysOfBothStoresWhatIsDifferentAndWhat() {
        ConsulEditor consul = new ConsulEditor(Backends.shared(), "nodebridge");
        PlainNode node = PlainNode.unique("tampered");
        registry.post(PATH, node.payload());
        eventually().until(() -> registry.consulService(node.id()).isPresent());

        // again when a pass of the reconciler has put it right just then
        eventually().untilAsserted(() -> {
            consul.edit(node.id(), service -> service.put("Port", 4242).put("Address", "10.9.8.7"));

            JsonNode comparison = registry.get(PATH + "/" + node.id()).json().path("store_comparison");
            assertThat(comparison.path("differences")).isEqualTo(Json.parse("""
                    [{"field": "address", "postgres": "127.0.0.1", "consul": "10.9.8.7"},
                     {"field": "port", "postgres": "9", "consul": "4242"}]"""));
            assertThat(comparison.at("/consul/port").intValue()).isEqualTo(4242);
            assertThat(comparison.at("/postgres/port").intValue()).isEqualTo(9);
        });
    }

    /** By JAX-RS, what follows a semicolon is no part of the id. */
    @Test
    void refusesAPathWithASemicolonThatWouldNameAnotherNode() {
        PlainNode node = PlainNode.unique("semicolon");
        assertThat(registry.post(PATH, payload(node.id())).status()).isEqualTo(201);

        isProblem(registry.delete(PATH + "/" + node.id() + ";version=1"), 400, "invalid-input");
        isProblem(registry.get(PATH + "/" + node.id() + ";"), 400, "invalid-input");
        isProblem(registry.get(PATH + "/" + node.id() + "%3Bversion=1"), 404, "not-registered");

        assertThat(registry.get(PATH + "/" + node.id()).status()).isEqualTo(200);
    }

    /** For JAX-RS that is U+FFFD, which an id may have. */
    @Test
    void refusesEscapedBytesThatAreNoUtf8() {
        String unique = Registry.uniqueId("utf-8");
        String path = PATH + "?node_id=" + unique;
        assertThat(registry.post(PATH, payload(unique + "\uFFFD")).status()).isEqualTo(201);

        for (String bytes : List.of("%ff", "%ED%A0%80", "%c3")) {
            Answer answer = registry.delete(path + bytes);
            isProblem(answer, 400, "invalid-input");
            assertThat(answer.body()).contains("node_id");
            isProblem(registry.get(PATH + "?capability=" + bytes), 400, "invalid-input");
            isProblem(registry.get(PATH + "?" + bytes + "=x"), 400, "invalid-input");
            assertThat(registry.get(PATH + "/" + unique + bytes).status()).isEqualTo(400);
            assertThat(registry.delete(PATH + "/" + unique + bytes).status()).isEqualTo(400);
        }

        assertThat(registry.get(path + "%EF%BF%BD").status()).isEqualTo(200);
    }

    @Test
    void deregistersFromBothStores() {
        String nodeId = Registry.uniqueId("api");
        registry.post(PATH, payload(nodeId));

        Answer answer = registry.delete(PATH + "/" + nodeId);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("status").textValue()).isEqualTo("success");
        assertThat(answer.json().path("outcome").textValue()).isEqualTo("deregistered");
        assertThat(answer.json().path("consul_registered").booleanValue()).as("confirmed by Consul").isFalse();
        assertThat(answer.json().path("postgres_registered").booleanValue()).isFalse();
        assertThat(registry.consulService(nodeId)).isEmpty();
        assertThat(registry.row(nodeId).orElseThrow().path("status").textValue()).isEqualTo("departed");
        isProblem(registry.get(PATH + "/" + nodeId), 404, "not-registered");
        isProblem(registry.delete(PATH + "/" + nodeId), 404, "not-registered");
    }

    @Test
    void tellsWithThe404WhoDeregisteredANodeWhenAndByWhichRequest() {
        String nodeId = Registry.uniqueId("api");
        registry.post(PATH, payload(nodeId));
        Answer removed = registry.delete(PATH + "/" + nodeId);

        JsonNode last = registry.get(PATH + "/" + nodeId).json().path("last_state");

        JsonNode change = registry.get(PATH + "/" + nodeId + "/history").json().at("/changes/0");
        assertThat(last.path("status").textValue()).isEqualTo("departed");
        assertThat(last.path("reason").textValue()).isEqualTo("manual_deregistration");
        assertThat(last.path("actor").textValue()).isEqualTo("user:operator");
        assertThat(last.path("correlation_id").textValue()).isEqualTo(removed.header("X-Correlation-ID"));
        assertThat(last.path("changed_at")).isEqualTo(change.path("changed_at"));
        assertThat(last.path("revision")).isEqualTo(change.path("revision"));
        assertThat(last.path("last_seen_by").textValue()).isEqualTo("registration");
        assertThat(registry.delete(PATH + "/" + nodeId).json().path("last_state")).isEqualTo(last);
        Answer cordon = registry.send(Registry.asOperator(registry.request(PATH + "/" + nodeId + "/cordon"))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"reason\": \"late\"}")));
        assertThat(cordon.json().path("last_state")).isEqualTo(last);
        assertThat(registry.get(PATH + "/" + Registry.uniqueId("nobody")).json().has("last_state")).isFalse();

        // what is left is the history
        registry.delete("admin", PATH + "/" + nodeId + "?forget=true");
        last = registry.get(PATH + "/" + nodeId).json().path("last_state");
        assertThat(last.path("reason").textValue()).isEqualTo("forgotten");
        assertThat(last.path("actor").textValue()).isEqualTo("user:admin");
        registry.post(PATH, payload(nodeId));
        update("DELETE FROM tool_registrations WHERE tool_id = '" + nodeId + "'");
        last = registry.get(PATH + "/" + nodeId).json().path("last_state");
        assertThat(last.path("status").textValue()).as("by another program").isEqualTo("removed");
    }

    @Test
    void listsNodesThatHaveGoneWhereTheyAreAskedFor() {
        String region = Registry.uniqueId("gone");
        List<String> ids = List.of(Registry.uniqueId("stays"), Registry.uniqueId("leaves"), Registry.uniqueId("ends"));
        ids.forEach(id -> {
            ObjectNode payload = payload(id);
            payload.withObject("/metadata").put("region", region);
            registry.post(PATH, payload);
        });
        registry.delete(PATH + "/" + ids.get(1));
        update("UPDATE tool_registrations SET status = 'expired', updated_at = now() WHERE tool_id = '" + ids.get(2)
                + "'");
        String list = PATH + "?region=" + region;

        assertThat(listed(list)).containsExactly(ids.get(0));
        assertThat(listed(list + "&status=departed")).containsExactly(ids.get(1));
        assertThat(listed(list + "&status=expired,departed&sort=-updated_at")).containsExactly(ids.get(2), ids.get(1));
        assertThat(listed(list + "&status=active,expired,departed&sort=status"))
                .containsExactly(ids.get(0), ids.get(2), ids.get(1));
        JsonNode page = registry.get(list + "&status=departed,expired&sort=-status&limit=1&count=true").json();
        assertThat(page.path("total_count").intValue()).isEqualTo(2);
        assertThat(page.at("/registrations/0/stores/postgres").textValue()).isEqualTo("tombstone");
        String next = list + "&status=departed,expired&sort=-status&limit=1&cursor="
                + page.path("next_cursor").textValue();
        assertThat(page.at("/registrations/0/node_id").textValue()).isEqualTo(ids.get(1));
        assertThat(listed(next)).containsExactly(ids.get(2));
    }

    private List<String> listed(String path) {
        return registry.get(path).json().path("registrations").findValuesAsText("node_id");
    }

    @Test
    void explainsWhyANodeIsThereOrNot() {
        String nodeId = Registry.uniqueId("why");
        String path = PATH + "/" + nodeId + "/explanation";

        // what others have sent and is not read yet would come first
        JsonNode unknown = eventually().until(
                () -> registry.get(path).json(), each -> each.path("cause").asText().equals("never_heard_of"));
        assertThat(unknown.path("registered").isBoolean()).isTrue();
        assertThat(unknown.path("registered").booleanValue()).isFalse();
        assertThat(unknown.at("/dead_letters/searched").textValue()).as("for a reader").isEqualTo("none");

        registry.post(PATH, payload(nodeId));
        JsonNode there = eventually().until(
                () -> registry.get(path).json(), each -> each.path("cause").asText().equals("discoverable"));
        assertThat(there.path("registered").booleanValue()).isTrue();
        assertThat(registry.get(there.at("/findings/0/look").textValue()).json().path("node_id").textValue())
                .isEqualTo(nodeId);

        ConsulEditor consul = new ConsulEditor(Backends.shared(), "nodebridge");
        // again when a comparison has put it back just then
        eventually().untilAsserted(() -> {
            consul.edit(nodeId, service -> service.put("Port", 1));
            JsonNode edited = registry.get(path).json();
            assertThat(edited.path("cause").textValue()).isEqualTo("different_in_consul");
            assertThat(edited.path("summary").textValue()).contains("port");
        });
        eventually().untilAsserted(() -> {
            consul.deregisterService(nodeId);
            assertThat(registry.get(path).json().path("cause").textValue()).isEqualTo("missing_in_consul");
        });

        registry.delete(PATH + "/" + nodeId);
        JsonNode departed = registry.get(path).json();
        assertThat(departed.path("cause").textValue()).isEqualTo("departed");
        assertThat(departed.path("summary").textValue()).isEqualTo("It was deregistered by user:operator.");
        assertThat(departed.at("/findings/0/by").textValue()).isEqualTo("user:operator");
        assertThat(departed.path("last_state"))
                .isEqualTo(registry.get(PATH + "/" + nodeId).json().path("last_state"));
        assertThat(registry.get(departed.at("/findings/0/look").textValue()).json().path("changes")).isNotEmpty();
    }

    @Test
    void explainsNodesOfAnyName() {
        for (String id : List.of("..", "watch", "line\nbreak", "turned \u202Eround", "", "x".repeat(300))) {
            JsonNode explained = registry.get(PATH + "/-/explanation?node_id=" + Registry.encoded(id)).json();

            assertThat(explained.path("node_id").textValue()).isEqualTo(id);
            assertThat(explained.path("findings")).as(id).isNotEmpty();
        }
        isProblem(registry.get(PATH + "/a/explanation?node_id=b"), 400, "invalid-input");
    }

    @Test
    void deregistersANodeWhoseClockRunsAhead() {
        String nodeId = Registry.uniqueId("api");
        registry.post(PATH, payload(nodeId).put("timestamp", Instant.now().plusSeconds(200).toString()));

        Answer answer = registry.delete(PATH + "/" + nodeId);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(registry.get(PATH + "/" + nodeId).status()).isEqualTo(404);
        assertThat(registry.consulService(nodeId)).isEmpty();
    }

    @Test
    void showsNumbersAsPostgresHasThemInEveryView() {
        String id = Registry.uniqueId("digits");
        ObjectNode payload = payload(id);
        // as text: a tree would spell some of them in another way
        payload.putRawValue("metadata", new RawValue(DIGITS));
        payload.putRawValue("capabilities", new RawValue("{\"precise\": " + DIGITS + "}"));
        List<WatchStream.Event> events = new CopyOnWriteArrayList<>();
        AtomicBoolean live = new AtomicBoolean();
        try (WatchStream stream = WatchStream.open(registry, "", null, event -> {
            if (event.name().equals("snapshot-end")) {
                live.set(true);
            } else if (event.nodeId().equals(id)) {
                events.add(event);
            }
        })) {
            // the node is to come as a change, not within the snapshot
            eventually().untilTrue(live);
            assertThat(registry.post("/api/v1/registrations", payload).status()).isEqualTo(201);
            eventually().until(() -> !events.isEmpty());
        }
        String stored = registry.stores()
                .query("SELECT metadata::text AS text FROM tool_registrations WHERE tool_id = '" + id + "'")
                .get(0).path("text").textValue();

        assertThat(stored)
                .contains("0.12345678901234567890123", "1234567890123456789012.5", "100.00", "9007199254740993");
        for (String path : List.of("/" + id, "?q=" + id, "?q=" + id + "&fields=metadata,capabilities", "/" + id
                + "/history")) {
            String body = registry.get("/api/v1/registrations" + path).body();
            assertThat(body.split(Pattern.quote(stored), -1)).as(path).hasSizeGreaterThanOrEqualTo(3);
        }
        JsonNode watched = events.get(0).data().at("/registration/metadata");
        assertThat(watched.path("long").decimalValue()).isEqualTo("0.12345678901234567890123");
        assertThat(watched.path("whole").bigIntegerValue()).isEqualTo("9007199254740993");
    }

    @Test
    void deregistersANodeThatNamesItsEpochAndLetsItComeBack() {
        String nodeId = Registry.uniqueId("api");
        registry.post(PATH, payload(nodeId).put("epoch", 9));
        assertThat(registry.delete(PATH + "/" + nodeId).status()).isEqualTo(200);

        Answer answer = registry.post(PATH, payload(nodeId).put("epoch", 9));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(registry.consulService(nodeId)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "a/b/c", "with space", "%", "100%25", "#1", "what?", "a;b=c", "a+b", "ümläut", "节点", "🛰", "..", "a/../b",
        "a\\b", "'; --", "\"quoted\"", "a//b", "/"
    })
    void findsAndDeregistersANodeOfAnyId(String suffix) {
        String nodeId = Registry.uniqueId("api") + "/" + suffix;
        Answer created = registry.post(PATH, payload(nodeId));
        String path = PATH + "/" + Registry.encoded(nodeId);

        Answer found = registry.get(path);

        assertThat(found.status()).isEqualTo(200);
        assertThat(found.json().path("node_id").textValue()).isEqualTo(nodeId);
        Answer located = registry.get(URI.create(created.header("Location")).getRawPath());
        assertThat(located.json().path("node_id").textValue()).isEqualTo(nodeId);
        eventually().until(() -> registry.consulService(nodeId).isPresent());
        assertThat(registry.delete(path).status()).isEqualTo(200);
        assertThat(registry.get(path).status()).isEqualTo(404);
        eventually().until(() -> registry.consulService(nodeId).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"watch", "batch", ".", "..", "history", "heartbeat", "owner", "-", "registrations", "a/../b"})
    void readsRenewsAndDeregistersANodeOfAnyNameByTheParameterNodeId(String nodeId) {
        assertThat(registry.post(PATH, payload(nodeId)).status()).isIn(200, 201);
        String query = "?node_id=" + Registry.encoded(nodeId);

        assertThat(registry.get(PATH + query).json().at("/registrations/0/node_id").textValue()).isEqualTo(nodeId);
        assertThat(registry.get(PATH + query).json().path("registrations")).hasSize(1);
        assertThat(registry.get(PATH + "/-" + query).json().path("node_id").textValue()).isEqualTo(nodeId);
        assertThat(registry.post(PATH + "/-/heartbeat" + query, Json.object("{}")).json().path("node_id").textValue())
                .isEqualTo(nodeId);
        assertThat(registry.get(PATH + "/-/history" + query).json().at("/changes").size()).isPositive();
        assertThat(registry.delete("admin", PATH + "/-/owner" + query).status()).isEqualTo(404);

        assertThat(registry.delete(PATH + query).json().path("outcome").textValue()).isEqualTo("deregistered");

        assertThat(registry.get(PATH + query).json().path("registrations")).isEmpty();
        isProblem(registry.get(PATH + "/-" + query), 404, "not-registered");
    }

    @ParameterizedTest
    @ValueSource(strings = {"watch", "batch", "history", "heartbeat", "owner", "-"})
    void renewsAndDeregistersANodeOfAReservedNameByItsPath(String nodeId) {
        assertThat(registry.post(PATH, payload(nodeId)).status()).isIn(200, 201);

        assertThat(registry.post(PATH + "/" + nodeId + "/heartbeat", Json.object("{}")).status()).isEqualTo(200);
        assertThat(registry.get(PATH + "/" + nodeId + "/history").status()).isEqualTo(200);
        isProblem(registry.delete("admin", PATH + "/" + nodeId + "/owner"), 404, "http-404");
        assertThat(registry.delete(PATH + "/" + nodeId).status()).isEqualTo(200);
    }

    /** Such ids are refused now, but may be there from before. */
    @ParameterizedTest
    @ValueSource(
            strings = {"line\nbreak", "turned \u202Eround", " outer blanks ", "zero\u200Bwidth", "tab\t", "/a//b/"})
    void readsAndRemovesANodeWhoseIdWouldBeRefused(String suffix) {
        String nodeId = suffix + Registry.uniqueId("odd") + suffix;
        update("INSERT INTO tool_registrations (tool_id, node_type, endpoints) VALUES ('" + nodeId
                + "', 'effect', '{\"api\": \"http://10.0.0.1:1/\"}')");
        String query = "?node_id=" + Registry.encoded(nodeId);

        assertThat(registry.get(PATH + "/-" + query).json().path("node_id").textValue()).isEqualTo(nodeId);
        assertThat(registry.get(PATH + query).json().path("registrations")).hasSize(1);
        assertThat(registry.delete(PATH + query).status()).isIn(200, 202);
        isProblem(registry.delete(PATH + query), 404, "not-registered");
    }

    @Test
    void asksWhichNodeWhereNeitherPathNorParameterSays() {
        isProblem(registry.delete(PATH), 400, "invalid-input");
        isProblem(registry.get(PATH + "/a?node_id=b"), 400, "invalid-input");
    }

    @Test
    void showsANodeThatNobodyCanCallAsSuchAndCriticalInConsul() {
        String nodeId = Registry.uniqueId("mute");
        ObjectNode payload = payload(nodeId);
        payload.remove("endpoints");

        registry.post(PATH, payload);

        eventually().untilAsserted(() -> {
            JsonNode shown = registry.get(PATH + "/" + nodeId).json();
            assertThat(shown.path("callable").isBoolean()).isTrue();
            assertThat(shown.path("callable").booleanValue()).isFalse();
            assertThat(shown.path("not_callable_reason").textValue()).isEqualTo("the node names no endpoint");
            assertThat(shown.at("/store_comparison/agree").booleanValue()).isTrue();
            assertThat(registry.consulService(nodeId))
                    .hasValueSatisfying(service -> assertThat(service.status()).isEqualTo("critical"));
        });
        eventually().untilAsserted(() -> assertThat(Verdict.of(registry).codes()).contains("not_callable"));
        assertThat(Explained.of(registry, nodeId).causes()).startsWith("not_callable");

        registry.post(PATH, payload(nodeId));

        eventually().untilAsserted(() -> assertThat(registry.consulService(nodeId))
                .hasValueSatisfying(service -> assertThat(service.status()).isEqualTo("passing")));
        JsonNode shown = registry.get(PATH + "/" + nodeId).json();
        assertThat(shown.path("callable").booleanValue()).isTrue();
        assertThat(shown.has("not_callable_reason")).isFalse();
    }

    @Test
    void saysWhenAndByWhatANodeWasLastSeenAndOfAHeartbeatOnlyWhenOneHasCome() {
        String nodeId = Registry.uniqueId("seen");
        registry.post(PATH, payload(nodeId));
        JsonNode registered = registry.get(PATH + "/" + nodeId).json();
        // again where PostgreSQL's clock was read again meanwhile, which may put the replica's back a little
        JsonNode again = eventually().until(() -> {
            registry.post(PATH, payload(nodeId));
            return registry.get(PATH + "/" + nodeId).json();
        }, shown -> seen(shown).isAfter(seen(registered)));
        JsonNode beaten = eventually().until(() -> {
            registry.post(PATH + "/" + nodeId + "/heartbeat", Json.object("{}"));
            return registry.get(PATH + "/" + nodeId).json();
        }, shown -> shown.path("last_heartbeat").equals(shown.path("last_seen_at")));

        assertThat(registered.has("last_heartbeat")).isFalse();
        assertThat(again.has("last_heartbeat")).isFalse();
        assertThat(again.path("last_seen_by").textValue()).isEqualTo("registration");
        assertThat(beaten.path("last_seen_by").textValue()).isEqualTo("heartbeat");
    }

    private static Instant seen(JsonNode shown) {
        return Instant.parse(shown.path("last_seen_at").textValue());
    }

    @Test
    void letsAnAdminForgetANodeSoThatItComesBackAtOnceWithAnyEpoch() {
        String nodeId = Registry.uniqueId("forgotten");
        registry.post(PATH, payload(nodeId));
        // the highest that counts; one beyond is taken for none
        update("UPDATE tool_registrations SET epoch = 99999999999999, event_epoch = 99999999999999"
                + " WHERE tool_id = '" + nodeId + "'");
        isProblem(registry.post(PATH, payload(nodeId).put("epoch", 7)), 409, "stale");
        update("INSERT INTO node_owners (node_id, owner) VALUES ('" + nodeId + "', 'key/ours')");
        String path = PATH + "/" + nodeId + "?forget=true";
        isProblem(registry.delete(path), 403, "http-403");

        Answer answer = registry.delete("admin", path);

        assertThat(answer.json().path("outcome").textValue()).isEqualTo("forgotten");
        assertThat(answer.json().path("consul_registered").booleanValue()).isFalse();
        assertThat(registry.row(nodeId)).isEmpty();
        assertThat(registry.consulService(nodeId)).isEmpty();
        isProblem(registry.delete("admin", PATH + "/" + nodeId + "/owner"), 404, "http-404");
        isProblem(registry.delete("admin", path), 404, "never-heard-of");
        JsonNode last = registry.get(PATH + "/" + nodeId + "/history").json().at("/changes/0");
        assertThat(last.path("reason").textValue()).isEqualTo("forgotten");
        assertThat(last.path("actor").textValue()).isEqualTo("user:admin");
        assertThat(last.path("correlation_id").textValue()).isEqualTo(answer.header("X-Correlation-ID"));
        assertThat(registry.post(PATH, payload(nodeId).put("epoch", 7)).status()).isEqualTo(201);
        assertThat(registry.consulService(nodeId)).isPresent();
    }

    @Test
    void keepsWhoTookANodesOwnerFromItAlsoWhereTheNodeHasNoRow() {
        String registered = Registry.uniqueId("owned");
        registry.post(PATH, payload(registered));
        for (String nodeId : List.of(registered, Registry.uniqueId("owned"))) {
            update("INSERT INTO node_owners (node_id, owner) VALUES ('" + nodeId + "', 'key/ours')");

            Answer released = registry.delete("admin", PATH + "/" + nodeId + "/owner");

            assertThat(released.json().path("owner").textValue()).isEqualTo("key/ours");
            isReleased(nodeId, released);
        }
        assertThat(registry.get(PATH + "/" + registered).json().at("/recent_changes/0/change").textValue())
                .isEqualTo("owner_released");
    }

    @Test
    void keepsWhoForgotANodeOfWhichTheOwnerAloneWasLeft() {
        String nodeId = Registry.uniqueId("owned");
        update("INSERT INTO node_owners (node_id, owner) VALUES ('" + nodeId + "', 'key/ours')");

        Answer forgotten = registry.delete("admin", PATH + "/" + nodeId + "?forget=true");

        isReleased(nodeId, forgotten);
    }

    private void isReleased(String nodeId, Answer answer) {
        JsonNode last = registry.get(PATH + "/" + nodeId + "/history").json().at("/changes/0");
        assertThat(last.path("change").textValue()).isEqualTo("owner_released");
        assertThat(last.path("actor").textValue()).isEqualTo("user:admin");
        assertThat(last.path("correlation_id").textValue()).isEqualTo(answer.header("X-Correlation-ID"));
    }

    @Test
    void namesWhoMadeEachChangeAndByWhichRequest() {
        PlainNode node = PlainNode.unique("actor");
        Answer registered = registry.post(PATH, node.payload());
        Answer ill = registry.post(
                PATH + "/" + node.id() + "/heartbeat", Json.object("{'health_status': 'degraded'}"));
        Answer removed = registry.delete(PATH + "/" + node.id());

        JsonNode changes = registry.get(PATH + "/" + node.id() + "/history").json().path("changes");
        assertThat(changes.findValuesAsText("change")).containsExactly("departed", "health", "registered");
        assertThat(changes.findValuesAsText("actor")).containsExactly(
                "user:operator", "user:operator", "user:operator");
        assertThat(changes.findValuesAsText("correlation_id")).containsExactly(
                removed.header("X-Correlation-ID"), ill.header("X-Correlation-ID"),
                registered.header("X-Correlation-ID"));

        PlainNode byEvent = PlainNode.unique("actor");
        registry.publish(
                registry.topic(Registry.INTROSPECTION), byEvent.id(), byEvent.introduction(byEvent.payload()));
        eventually().until(() -> registry.get(PATH + "/" + byEvent.id()).status() == 200);
        assertThat(registry.get(PATH + "/" + byEvent.id()).json().at("/recent_changes/0/actor").textValue())
                .isEqualTo("kafka:" + registry.topic(Registry.INTROSPECTION));
    }

    private static void update(String sql) {
        try (Connection connection = Backends.shared().postgres().orElseThrow().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static void isProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.mediaType()).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.path("type").textValue()).isEqualTo("urn:nodebridge:problem:" + type);
        assertThat(problem.path("code").textValue()).isEqualTo(type);
        assertThat(problem.path("correlation_id").textValue())
                .isEqualTo(answer.header("X-Correlation-ID"))
                .isNotEmpty();
        assertThat(problem.path("status").intValue()).isEqualTo(status);
        assertThat(List.of(problem.path("title").asText(), problem.path("detail").asText())).doesNotContain("");
    }

    /** The design document's example. */
    static ObjectNode payload(String nodeId) {
        ObjectNode payload = Json.object("""
                {'node_type': 'effect',
                 'capabilities': {'operations': ['process', 'transform'], 'max_throughput': 1000},
                 'endpoints': {'health': 'http://my-service:8080/health', 'api': 'http://my-service:8080/api/v1'},
                 'metadata': {'version': '1.0.0', 'environment': 'production'}}""");
        return payload.put("node_id", nodeId);
    }
}
