// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.ServerGroup;

/** A registry that starts before everything it needs, and a database that had the original table before us. */
class LateBackendsIT {

    private static final String ORIGINAL = "onextree-intelligence-1";

    private ServerGroup servers;
    private Registry registry;

    @AfterEach
    void stop() {
        registry.liberty().stop();
        assertThat(Logs.withSecrets(registry.liberty(), servers)).as("logs with secrets in them").isEmpty();
        servers.kill();
    }

    @Test
    void healsWithoutARestartWhenItsServersComeOneAfterTheOther() throws Exception {
        prepareServersAndStopThem();
        registry = Registry.on(servers, Backends.emptyDirectory("late/liberty"), Map.of(
                "REGISTRY_ID", "registry-late-1",
                "REGISTRY_HEALTH_CRITICAL", "kafka,postgres",
                "CONSUL_HTTP_TOKEN", Logs.CONSUL_TOKEN));
        registry.liberty().start();

        assertThat(registry.get("/health/live").status()).isEqualTo(200);
        awaitReadiness(503, Map.of("kafka", "DOWN", "consul", "UP", "postgres", "DOWN"));
        assertThat(Health.checks(registry).values()).allSatisfy(check -> {
            assertThat(check.at("/data/state").textValue()).isNotEqualTo("healthy");
            assertThat(check.at("/data/message").textValue()).isNotBlank();
        });
        assertThat(registry.get("/api/v1/registrations").status()).isEqualTo(503);
        for (String path : List.of("/api/v1/route", "/api/v1/services", "/api/v1/sd/prometheus", "/api/v1/xds")) {
            Answer answer = registry.get(path);
            assertThat(answer.status()).as("%s is not empty, but unknown", path).isEqualTo(503);
            assertThat(answer.json().path("code").textValue()).isEqualTo("discovery-view-unavailable");
        }
        assertThat(registry.post("/api/v1/registrations", new PlainNode("nobody").payload()).status()).isEqualTo(503);
        Verdict.await(registry, "bad", "unhealthy", "not_known");
        // by then the pauses between its tries have grown
        eventually().until(() -> registry.liberty().log().contains("tries=5"));

        servers.kafka().orElseThrow().start();
        awaitReadiness(503, Map.of("kafka", "UP", "consul", "UP", "postgres", "DOWN"));
        eventually().ignoreExceptions().untilAsserted(this::hasAskedTheNodesOnce);
        PlainNode node = PlainNode.unique("late");
        registry.publish(Registry.INTROSPECTION, node.id(), node.introduction());

        servers.consul().orElseThrow().start();
        eventually().untilAsserted(() -> assertThat(registry.consulService(node.id())).isPresent());
        assertThat(Health.checks(registry).get("postgres").path("status").textValue()).isEqualTo("DOWN");
        keepsWhatConsulHasOfTheCordonsThatItHasNotHeardOf();

        servers.postgres().orElseThrow().start();
        awaitReadiness(200, Map.of("kafka", "UP", "consul", "UP", "postgres", "UP"));
        eventually().untilAsserted(() -> {
            isInBothStores(node.id());
            isInBothStores(ORIGINAL);
            assertThat(new ConsumerGroup(servers).lag()).isZero();
        });
        eventually().untilAsserted(this::showsTheRowOfTheOriginalTable);
        hasAskedTheNodesOnce();
        assertThat(registry.deadLetters(Registry.INTROSPECTION)).isEmpty();
        assertThat(registry.liberty().log()).as("a schema that is not there yet is no defect")
                .doesNotContain("call is defective");
    }

    /** The entry as another replica had it written, or this one before its start. */
    private void keepsWhatConsulHasOfTheCordonsThatItHasNotHeardOf() {
        PlainNode cordoned = PlainNode.unique("late-cordoned");
        ConsulEditor consul = new ConsulEditor(servers, "nodebridge");
        ObjectNode entry = Json.object("{'Service': 'onex-effect', 'Meta': {'registry-id': 'registry-late-1'}}");
        consul.register("nodebridge", entry.put("ID", cordoned.id()));
        consul.setCheck(cordoned.id(), "critical", "registry registry-late-1 says critical: cordoned: under repair");

        // the circuit breaker before Consul may not be closed yet
        eventually().untilAsserted(() -> assertThat(
                registry.post("/api/v1/registrations", cordoned.payload()).status()).isEqualTo(202));

        ConsulService written = registry.consulService(cordoned.id()).orElseThrow();
        assertThat(written.tags()).as("what the node says").contains("capability:stamp");
        assertThat(written.status()).isEqualTo("critical");
        assertThat(written.check().path("Output").textValue()).endsWith(": cordoned: under repair");
    }

    /** They have run, so there is data and a password, but nothing of the registry's. */
    private void prepareServersAndStopThem() throws SQLException, IOException {
        servers = Backends.prepare("late");
        servers.start(line -> {});
        servers.postgres().orElseThrow().changePassword(Registry.ODD_PASSWORD);
        try (Connection connection = servers.postgres().orElseThrow().connect();
                Statement statement = connection.createStatement();
                InputStream table = getClass().getResourceAsStream("/original-table.sql")) {
            statement.execute(new String(table.readAllBytes(), UTF_8));
        }
        servers.stop(line -> {});
    }

    private void awaitReadiness(int status, Map<String, String> checks) {
        eventually().atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
            assertThat(Health.checks(registry))
                    .allSatisfy((name, check) -> assertThat(check.path("status").textValue())
                            .as(name)
                            .isEqualTo(checks.get(name)))
                    .hasSameSizeAs(checks);
            assertThat(registry.get("/health/ready").status()).isEqualTo(status);
        });
    }

    private void hasAskedTheNodesOnce() {
        assertThat(registry.broker().records(Registry.REQUESTS)).singleElement().satisfies(record -> {
            JsonNode envelope = Json.parse(new String(record.value(), UTF_8));
            JsonNode payload = envelope.path("payload");
            assertThat(envelope.path("event_type").textValue()).isEqualTo("registry_request_introspection");
            assertThat(payload.path("registry_id").textValue()).isEqualTo("registry-late-1");
            assertThat(payload.path("reason").textValue()).isEqualTo("startup");
            assertThat(payload.path("response_timeout_ms").intValue()).isEqualTo(5000);
            assertThat(payload.path("target_node_types").isNull()).as("asks all types").isTrue();
            assertThat(payload.path("correlation_id").textValue())
                    .isNotBlank()
                    .isEqualTo(envelope.path("correlation_id").textValue());
        });
    }

    private void isInBothStores(String nodeId) {
        assertThat(registry.row(nodeId)).hasValueSatisfying(row -> {
            assertThat(row.path("status").textValue()).isEqualTo("active");
            assertThat(row.path("pending").booleanValue()).as("pending").isFalse();
        });
        assertThat(registry.consulService(nodeId)).isPresent();
    }

    private void showsTheRowOfTheOriginalTable() {
        JsonNode row = registry.row(ORIGINAL).orElseThrow();
        assertThat(row.path("id").textValue()).isEqualTo("0e984725-c51c-4bf4-9960-e1c80e27aba0");
        assertThat(row.path("registered_at").textValue()).startsWith("2025-10-03T10:00:00");
        JsonNode shown = registry.get("/api/v1/registrations/" + ORIGINAL).json();
        assertThat(shown.path("node_type").textValue()).isEqualTo("compute");
        assertThat(shown.path("status").textValue()).isEqualTo("active");
        assertThat(shown.at("/capabilities/parse/languages/0").textValue()).isEqualTo("python");
        ConsulService service = registry.consulService(ORIGINAL).orElseThrow();
        assertThat(service.name()).isEqualTo("onex-compute");
        assertThat(service.tags()).contains("onex", "node-type:compute", "capability:parse");
        assertThat(service.address()).isEqualTo("onextree");
        assertThat(service.port()).isEqualTo(8058);
    }
}
