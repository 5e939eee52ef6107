// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.config.ConsulSettings.Mode;
import org.nodebridge.registry.config.value.AddressAllowList;

class ConsulAgentClientTest {

    private static ConsulAgentClient client(int port) {
        return new ConsulAgentClient(Samples.settings(Mode.AGENT, "127.0.0.1", port, "t0ken"), Samples.OWNER,
                new CheckAddresses(Samples.ANYWHERE));
    }

    private static FakeConsul answering(int status, String body) throws IOException {
        return new FakeConsul(exchange -> {
            boolean reading = exchange.getRequestMethod().equals("GET");
            FakeConsul.answer(exchange, reading ? 404 : status, reading ? "unknown service ID" : body);
        });
    }

    @Test
    void sendsTheTokenAndNoOrderToRemoveTheService() throws IOException {
        try (FakeConsul consul = answering(200, "")) {
            client(consul.port()).apply(List.of(
                    Samples.register(Samples.node("n1", Map.of("health", "http://10.0.0.9:8080/health")))));

            FakeConsul.Request register = consul.requests().get(1);
            assertThat(register.line()).startsWith("PUT /v1/agent/service/register");
            assertThat(register.token()).isEqualTo("t0ken");
            assertThat(register.body())
                    .contains("\"HTTP\":\"http://10.0.0.9:8080/health\"")
                    .contains("\"DeregisterCriticalServiceAfter\":null");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "http://127.0.0.1:8500/v1/agent/self", "http://localhost:8500/", "http://[::1]:8500/", "http://10.0.0.9/",
        "http://[::ffff:10.0.0.9]/", "http://no-such-host.invalid/", "http://169.254.169.254/latest/meta-data"
    })
    void letsTheAgentProbeNothingThatTheRegistryMayNotProbe(String url) throws IOException {
        CheckAddresses addresses = new CheckAddresses(AddressAllowList.parse(List.of("192.168.0.0/16")));
        try (FakeConsul consul = answering(200, "")) {
            new ConsulAgentClient(Samples.settings(Mode.AGENT, "127.0.0.1", consul.port(), ""), Samples.OWNER,
                    addresses)
                    .apply(List.of(Samples.register(Samples.node("n1", Map.of("health", url)))));

            assertThat(consul.requests().get(2).body()).contains("\"TTL\":\"87600h\"")
                    .doesNotContain("\"HTTP\":\"http");
        }
    }

    @Test
    void isRefusedByAPermissionThatLacks() throws IOException {
        try (FakeConsul consul = answering(403, "Permission denied")) {
            assertThatThrownBy(() -> client(consul.port()).apply(List.of(Samples.register("n1"))))
                    .isInstanceOf(CatalogRefusedException.class)
                    .hasMessageContaining("403")
                    .hasMessageNotContaining("t0ken");
        }
    }

    @Test
    void isUnavailableWhileThereIsNoLeader() throws IOException {
        try (FakeConsul consul = answering(500, "No cluster leader")) {
            assertThatThrownBy(() -> client(consul.port()).apply(List.of(Samples.register("n1"))))
                    .isInstanceOf(CatalogUnavailableException.class);
        }
    }

    @Test
    void isUnavailableWhenNobodyListens() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThatThrownBy(() -> client(port).apply(List.of(Samples.register("n1"))))
                .isInstanceOf(CatalogUnavailableException.class);
        assertThatThrownBy(() -> client(port).leader()).isInstanceOf(CatalogUnavailableException.class);
    }

    /** An agent with node a and its proxy, of the registry of this id; {@code null} for no registry's. */
    private static FakeConsul meshed(String registryId) throws IOException {
        String meta = registryId == null ? "{}" : "{\"registry-id\":\"" + registryId + "\",\"node-id\":\"a\"}";
        return new FakeConsul(exchange -> {
            String path = exchange.getRequestURI().getPath();
            boolean reading = exchange.getRequestMethod().equals("GET");
            String kind = path.endsWith("-sidecar-proxy") ? "connect-proxy" : "";
            String own = path.endsWith("/a") ? "{\"registry-id\":\"" + Samples.REGISTRY_ID + "\"}" : meta;
            FakeConsul.answer(exchange, 200, !reading ? ""
                    : "{\"ID\":\"" + path.substring(path.lastIndexOf('/') + 1)
                            + "\",\"Service\":\"onex-effect\",\"Tags\":[],"
                            + "\"Port\":1,\"Address\":\"\",\"EnableTagOverride\":false,\"ContentHash\":\"\",\"Kind\":\""
                            + kind + "\",\"Meta\":" + own + "}");
        });
    }

    private static List<String> written(FakeConsul consul) {
        return consul.requests().stream().map(FakeConsul.Request::line).filter(line -> line.startsWith("PUT")).toList();
    }

    /** The check of a proxy without the node's own service is passing. */
    @Test
    void removesTheProxyThatIsLeftFromConnectBeforeTheNodesOwnService() throws IOException {
        try (FakeConsul consul = meshed(Samples.REGISTRY_ID)) {
            client(consul.port()).apply(List.of(new CatalogChange.Deregister("a")));

            assertThat(written(consul)).containsExactly(
                    "PUT /v1/agent/service/deregister/a-sidecar-proxy", "PUT /v1/agent/service/deregister/a");
        }
    }

    @Test
    void removesTheProxyThatIsLeftFromConnectWhereItsNodeIsWritten() throws IOException {
        try (FakeConsul consul = meshed(Samples.REGISTRY_ID)) {
            client(consul.port()).apply(List.of(Samples.register("a")));

            assertThat(written(consul)).last().isEqualTo("PUT /v1/agent/service/deregister/a-sidecar-proxy");
        }
    }

    @Test
    void leavesAProxyThatIsNotOursWithConnectOff() throws IOException {
        try (FakeConsul consul = meshed(null)) {
            client(consul.port()).apply(List.of(Samples.register("a"), new CatalogChange.Deregister("a")));

            assertThat(written(consul)).last().isEqualTo("PUT /v1/agent/service/deregister/a");
            assertThat(written(consul)).noneMatch(line -> line.contains("sidecar-proxy"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "a//b", ".", "..", "a/../b", "./a", "a/.", "//"})
    void registersNoNodeThatItCouldNotDeregister(String nodeId) throws IOException {
        try (FakeConsul consul = answering(200, "")) {
            ConsulAgentClient client = client(consul.port());

            assertThatThrownBy(() -> client.apply(List.of(Samples.register(nodeId))))
                    .isInstanceOf(CatalogRefusedException.class);
            client.apply(List.of(new CatalogChange.Deregister(nodeId)));

            assertThat(consul.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a/", "a.b", "...", "a/.b", "%2F", "a?b#c", "é ü"})
    void tellsIdsThatItCanDeregister(String nodeId) {
        assertThat(AgentCheck.isNameable(nodeId)).isTrue();
    }
}
