// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registering, reading and deregistering one node by hand. */
class RegistrationsApiIT {

    private static final String PATH = "/api/v1/registrations";

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

        Answer answer = registry.get(PATH + "/" + nodeId);

        assertThat(answer.status()).isEqualTo(200);
        JsonNode node = answer.json();
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

        JsonNode shown = registry.get(PATH + "/" + node.id()).json();

        JsonNode comparison = shown.path("store_comparison");
        assertThat(comparison.path("agree")).isEqualTo(Json.parse("true"));
        assertThat(comparison.path("differences")).isEqualTo(Json.parse("[]"));
        assertThat(comparison.has("consul_error")).isFalse();
        assertThat(comparison.at("/postgres/confirmed")).isEqualTo(Json.parse("true"));
        assertThat(comparison.at("/postgres/revision")).isEqualTo(shown.path("revision"));
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

        consul.edit(node.id(), service -> service.put("Port", 4242).put("Address", "10.9.8.7"));

        JsonNode comparison = registry.get(PATH + "/" + node.id()).json().path("store_comparison");
        assertThat(comparison.path("differences")).isEqualTo(Json.parse("""
                [{"field": "address", "postgres": "127.0.0.1", "consul": "10.9.8.7"},
                 {"field": "port", "postgres": "9", "consul": "4242"}]"""));
        assertThat(comparison.at("/consul/port").intValue()).isEqualTo(4242);
        assertThat(comparison.at("/postgres/port").intValue()).isEqualTo(9);
    }

    @Test
    void deregistersFromBothStores() {
        String nodeId = Registry.uniqueId("api");
        registry.post(PATH, payload(nodeId));

        Answer answer = registry.delete(PATH + "/" + nodeId);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("status").textValue()).isEqualTo("success");
        assertThat(answer.json().path("consul_registered").booleanValue()).as("confirmed by Consul").isTrue();
        assertThat(registry.consulService(nodeId)).isEmpty();
        assertThat(registry.row(nodeId).orElseThrow().path("status").textValue()).isEqualTo("departed");
        isProblem(registry.get(PATH + "/" + nodeId), 404, "not-registered");
        isProblem(registry.delete(PATH + "/" + nodeId), 404, "not-registered");
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
        "a/b/c", "with space ", "%", "100%25", "#1", "what?", "a;b=c", "a+b", "ümläut", "节点", "🛰", "..", "a/../b",
        "a\\b", "'; --", "\"quoted\"", "a//b", "/"
    })
    void findsAndDeregistersANodeWhateverItsId(String suffix) {
        String nodeId = Registry.uniqueId("api") + "/" + suffix;
        Answer created = registry.post(PATH, payload(nodeId));
        String path = PATH + "/" + Registry.encoded(nodeId);

        Answer found = registry.get(path);

        assertThat(found.status()).isEqualTo(200);
        assertThat(found.json().path("node_id").textValue()).isEqualTo(nodeId);
        Answer located = registry.get(URI.create(created.header("Location")).getRawPath());
        assertThat(located.json().path("node_id").textValue()).isEqualTo(nodeId);
        assertThat(registry.consulService(nodeId)).isPresent();
        assertThat(registry.delete(path).status()).isEqualTo(200);
        assertThat(registry.get(path).status()).isEqualTo(404);
        eventually().until(() -> registry.consulService(nodeId).isEmpty());
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
