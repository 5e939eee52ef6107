// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the registry says it is, and what it serves to those who come to see. */
class HealthIT {

    private final Registry registry = Registry.shared();

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/started", "/health/live", "/health/ready"})
    void isUp(String path) {
        eventually().untilAsserted(() -> {
            Answer answer = registry.get(path);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("status").textValue()).isEqualTo("UP");
            assertThat(answer.json().path("checks")).isNotEmpty();
        });
    }

    @Test
    void isReadyWithOneCheckForEachComponent() {
        eventually().untilAsserted(() -> {
            Map<String, JsonNode> checks = new HashMap<>();
            registry.get("/health/ready").json().path("checks")
                    .forEach(check -> checks.put(check.path("name").textValue(), check));
            assertThat(checks).containsOnlyKeys("kafka", "consul", "postgres");
            assertThat(checks.values()).allSatisfy(check -> {
                assertThat(check.path("status").textValue()).isEqualTo("UP");
                assertThat(check.at("/data/state").textValue()).isEqualTo("healthy");
                assertThat(check.at("/data/message").textValue()).isNotBlank();
            });
        });
    }

    /** On a database that was empty, whose schema was made meanwhile. */
    @Test
    void isReadyOnlyWhenTheNextRequestFindsBothStores() {
        Answer first = Registry.firstAnswerOfShared();

        assertThat(first.status()).as(first.body()).isEqualTo(201);
        assertThat(first.json().path("status").textValue()).isEqualTo("success");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/ready"})
    void tellsNobodyHostsAndReasonsWhoMayNotRead(String path) {
        eventually().untilAsserted(() -> {
            Answer reader = registry.get(path);
            Answer anybody = registry.send(registry.request(path).GET());

            assertThat(reader.body()).contains("\"message\"", "\"broker\"", "\"server\"");
            assertThat(anybody.status()).isEqualTo(200);
            assertThat(anybody.json().path("status").textValue()).isEqualTo("UP");
            Map<String, JsonNode> checks = new HashMap<>();
            anybody.json().path("checks").forEach(check -> checks.put(check.path("name").textValue(), check));
            assertThat(checks).containsKeys("kafka", "consul", "postgres");
            assertThat(anybody.json().path("checks")).allSatisfy(check -> {
                assertThat(check.path("status").textValue()).isEqualTo("UP");
                assertThat(check.path("data").properties()).extracting(Map.Entry::getKey).isSubsetOf("state");
            });
        });
    }

    @Test
    void tellsItsHealthInTheFormOfTheDesignDocument() {
        eventually().untilAsserted(() -> {
            JsonNode health = registry.get("/api/v1/health").json();
            assertThat(health.path("status").textValue()).isEqualTo("healthy");
            assertThat(health.size()).isEqualTo(2);
            assertThat(health.path("components").properties()).extracting(Map.Entry::getKey)
                    .containsExactly("kafka", "consul", "postgres");
            assertThat(health.at("/components/kafka/message").textValue()).isEqualTo("Kafka client connected");
            assertThat(health.at("/components/consul/message").textValue()).isEqualTo("Consul client connected");
            assertThat(health.at("/components/postgres/message").textValue()).isEqualTo("PostgreSQL client connected");
            assertThat(health.path("components")).allSatisfy(component -> {
                assertThat(component.path("status").textValue()).isEqualTo("healthy");
                assertThat(component.path("details").isObject()).isTrue();
                assertThat(component.path("details")).isNotEmpty();
            });
            assertThat(health.at("/components/kafka/details/assigned_partitions").intValue()).isEqualTo(12);
            assertThat(health.toString()).doesNotContain(Registry.OPERATOR_PASSWORD);
        });
    }

    @Test
    void describesItsInterface() {
        Answer answer = registry.send(Registry.as("reader", registry.request("/openapi"))
                .header("Accept", "application/json")
                .GET());

        assertThat(answer.status()).isEqualTo(200);
        JsonNode paths = answer.json().path("paths");
        assertThat(paths.properties()).extracting(Map.Entry::getKey).contains(
                "/api/v1/registrations", "/api/v1/registrations/{node_id}", "/api/v1/health",
                "/api/v1/metrics/registrations");
        assertThat(paths.at("/~1api~1v1~1registrations/post/responses").properties())
                .extracting(Map.Entry::getKey)
                .contains("200", "201", "202", "400", "409", "503");
        JsonNode schemas = answer.json().at("/components/schemas");
        assertThat(schemas.at("/RegistrationPage/properties").properties())
                .as("named as they are written")
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("registrations", "next_cursor", "total_count");
        assertThat(schemas.at("/RegistrationDetail/properties").properties())
                .extracting(Map.Entry::getKey)
                .contains("node_id", "capabilities", "store_comparison", "recent_changes");
    }

    @Test
    void servesAPageThatReadsTheInterface() {
        Answer page = registry.get("/");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.mediaType()).isEqualTo("text/html");
        assertThat(page.body()).contains("<script", "console/main.js");
        Answer script = registry.get("/console/fleet.js");
        assertThat(script.status()).isEqualTo(200);
        assertThat(script.body()).contains("/registrations");
    }
}
