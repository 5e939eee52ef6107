// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.FreePorts;

/** With {@code registry.consul.mode=agent} nodes are services of the local agent, which probes them itself. */
class AgentModeIT {

    private static final AtomicInteger HEALTH = new AtomicInteger(200);

    private static String topic;
    private static Registry registry;
    private static HttpServer endpoint;

    @BeforeAll
    static void startRegistry() throws IOException {
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.one()), 0);
        endpoint.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(HEALTH.get(), -1);
            exchange.close();
        });
        endpoint.start();
        SeparateRegistry separate = SeparateRegistry.on(Backends.shared(), "agent-mode", Map.of(
                "REGISTRY_CONSUL_MODE", "agent",
                "REGISTRY_CONSUL_CONNECT", "on",
                "REGISTRY_CONSUL_CHECK_INTERVAL", "PT1S",
                "REGISTRY_CONSUL_FAILOVER_DATACENTERS", "dc1,mars",
                "REGISTRY_HTTP_WRITES_PER_SECOND", "5",
                // the agent ends a probe only when it has an answer
                "REGISTRY_CONSUL_TIMEOUT", "12000",
                "REGISTRY_CONSUL_HEALTH_TIMEOUT", "12000",
                "REGISTRY_CONSUL_REQUEST_TIMEOUT", "PT10S",
                "POSTGRES_READ_TIMEOUT", "60s",
                "CONSUL_HTTP_TOKEN", Logs.CONSUL_TOKEN));
        topic = separate.topic(Registry.INTROSPECTION);
        registry = separate.replica("liberty");
        registry.liberty().start();
    }

    @AfterAll
    static void stopRegistry() {
        registry.liberty().kill();
        endpoint.stop(0);
        assertThat(Logs.withSecrets(registry.liberty(), Backends.shared())).as("logs with secrets in them").isEmpty();
    }

    @Test
    void registersWithTheAgentWhichProbesTheNodeUntilItDeparts() {
        PlainNode node = PlainNode.unique("agent-mode");
        String url = "http://127.0.0.1:" + endpoint.getAddress().getPort() + "/health";
        ObjectNode payload = node.payload();
        payload.withObject("/endpoints").put("health", url);

        registry.publish(topic, node.id(), node.introduction(payload));

        eventually().untilAsserted(() -> assertThat(consul("/v1/agent/services").has(node.id())).isTrue());
        JsonNode service = consul("/v1/agent/services").path(node.id());
        assertThat(service.path("Service").textValue()).isEqualTo("onex-effect");
        assertThat(service.path("Address").textValue()).isEqualTo("127.0.0.1");
        assertThat(service.path("Port").intValue()).isEqualTo(endpoint.getAddress().getPort());
        assertThat(service.path("Tags")).extracting(JsonNode::textValue).contains("onex", "node-type:effect",
                "capability:stamp");
        eventually().untilAsserted(() -> assertThat(shown(node).json().at("/stores/consul").textValue())
                .isEqualTo("registered"));
        awaitProbe(node, "passing", "HTTP GET " + url + ": 200");
        HEALTH.set(500);
        awaitProbe(node, "critical", "HTTP GET " + url + ": 500");
        eventually().untilAsserted(() -> {
            JsonNode comparison = shown(node).json().path("store_comparison");
            assertThat(comparison.path("agree").booleanValue()).as("the agent's check is its own affair").isTrue();
            assertThat(comparison.at("/consul/check").textValue()).isEqualTo("critical");
            assertThat(comparison.at("/consul/port")).isEqualTo(comparison.at("/postgres/port"));
        });

        HEALTH.set(200);
        awaitProbe(node, "passing", "HTTP GET " + url + ": 200");
        assertThat(cordon(node, "PUT", "{\"reason\": \"under repair\"}").status()).isEqualTo(200);
        JsonNode cordoned = consul("/v1/agent/checks").path("service:" + node.id());
        assertThat(cordoned.path("Status").textValue()).isEqualTo("critical");
        assertThat(cordoned.path("Output").textValue()).endsWith("cordoned: under repair");
        assertThat(cordoned.path("Type").textValue()).as("no probe says otherwise").isEqualTo("ttl");
        eventually().untilAsserted(
                () -> assertThat(shown(node).json().at("/store_comparison/agree").booleanValue()).isTrue());
        assertThat(cordon(node, "DELETE", "").status()).isEqualTo(200);
        awaitProbe(node, "passing", "HTTP GET " + url + ": 200");

        registry.publish(topic, node.id(), node.departure());

        eventually().untilAsserted(() -> {
            assertThat(consul("/v1/agent/services").has(node.id())).isFalse();
            assertThat(shown(node).status()).isEqualTo(404);
        });
    }

    @Test
    void registersTheSidecarProxyOfANodeWhoseCheckItFollowsUntilItDeparts() {
        PlainNode node = PlainNode.unique("agent-mode-meshed");
        String sidecar = node.id() + "-sidecar-proxy";
        ObjectNode payload = node.payload();
        payload.withObject("/endpoints").removeAll().put("api", "http://127.0.0.1:9/");
        payload.withObject("/metadata").put("mesh_proxy_port", 20000);

        registry.publish(topic, node.id(), node.introduction(payload));

        eventually().untilAsserted(() -> assertThat(consul("/v1/agent/services").has(sidecar)).isTrue());
        JsonNode service = consul("/v1/agent/services").path(sidecar);
        assertThat(service.path("Kind").textValue()).isEqualTo("connect-proxy");
        assertThat(service.at("/Proxy/DestinationServiceID").textValue()).isEqualTo(node.id());
        assertThat(service.path("Port").intValue()).isEqualTo(20000);
        eventually().untilAsserted(() -> {
            assertThat(consul("/v1/agent/checks").path("service:" + sidecar).path("Status").textValue())
                    .isEqualTo("passing");
            assertThat(shown(node).json().at("/store_comparison/agree").booleanValue()).isTrue();
        });
        assertThat(cordon(node, "PUT", "{\"reason\": \"under repair\"}").status()).isEqualTo(200);
        eventually().untilAsserted(() -> assertThat(
                consul("/v1/agent/checks").path("service:" + sidecar).path("Status").textValue())
                .isEqualTo("critical"));
        assertThat(cordon(node, "DELETE", "").status()).isEqualTo(200);

        registry.publish(topic, node.id(), node.departure());

        eventually().untilAsserted(() -> {
            assertThat(consul("/v1/agent/services").has(sidecar)).isFalse();
            assertThat(consul("/v1/agent/services").has(node.id())).isFalse();
        });
    }

    /** Of neither mode, but only a registry of one's own can have so low a limit. */
    @Test
    void turnsAwayWhatOneCallerWritesTooFast() {
        ApiDocument document = ApiDocument.of(registry);
        // at the same time: on a busy machine one after the other is not too fast
        ExecutorService callers = Executors.newFixedThreadPool(20);
        List<Answer> answers = IntStream.range(0, 100)
                .mapToObj(each -> CompletableFuture.supplyAsync(
                        () -> registry.delete("/api/v1/registrations/" + Registry.uniqueId("nobody")), callers))
                .toList().stream()
                .map(CompletableFuture::join)
                .toList();
        callers.shutdown();

        assertThat(answers).filteredOn(answer -> answer.status() == 404).hasSizeGreaterThan(4);
        assertThat(answers).filteredOn(answer -> answer.status() != 404).isNotEmpty().allSatisfy(answer -> {
            RegistrationsApiIT.isProblem(answer, 429, "too-many-requests");
            document.covers("DELETE", "/api/v1/registrations/nobody", answer);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
        });
        assertThat(registry.get("/api/v1/registrations").status()).as("reading is not limited").isEqualTo(200);
    }

    /** What the agent itself has found, without a word from the registry; of its check it tells no more than this. */
    private static void awaitProbe(PlainNode node, String status, String found) {
        eventually().untilAsserted(() -> {
            JsonNode check = consul("/v1/agent/checks").path("service:" + node.id());
            assertThat(check.path("Status").textValue()).isEqualTo(status);
            assertThat(check.path("Output").textValue()).startsWith(found);
            assertThat(check.path("Type").textValue()).isEqualTo("http");
        });
    }

    private static Answer cordon(PlainNode node, String method, String body) {
        return registry.send(Registry.asOperator(
                registry.request("/api/v1/registrations/" + Registry.encoded(node.id()) + "/cordon"))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body)));
    }

    private static Answer shown(PlainNode node) {
        return registry.get("/api/v1/registrations/" + Registry.encoded(node.id()));
    }

    private static List<JsonNode> queries() {
        return StreamSupport.stream(consul("/v1/query").spliterator(), false)
                .filter(query -> query.path("Name").asText().equals("onex-"))
                .toList();
    }

    @Test
    void keepsThePreparedQueryThatLeadsCallersToOtherDatacenters() {
        eventually().until(() -> queries().size() == 1);
        JsonNode installed = queries().get(0);
        assertThat(installed.at("/Template/Regexp").textValue()).contains("agent-mode");
        assertThat(installed.at("/Service/Failover/Datacenters").toString()).isEqualTo("[\"dc1\",\"mars\"]");

        new ConsulNames(Backends.shared().consul().orElseThrow()).remove(installed.path("ID").textValue());

        eventually().until(() -> queries().size() == 1);
        assertThat(queries().get(0).path("ID")).isNotEqualTo(installed.path("ID"));
        eventually().untilAsserted(() -> assertThat(
                registry.get("/api/v1/health").json().at("/features/consul_query/message").asText())
                .isEqualTo("Consul knows no datacenter mars"));
    }

    private static JsonNode consul(String path) {
        return registry.stores().consul(path);
    }
}
