// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.config.ConsulSettings.Mode;

/** What is asked of Consul for sidecar proxies, and in which order; {@link CatalogIT} asks a real one. */
class SidecarEntriesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REGISTER = "PUT /v1/catalog/register";
    private static final String READ = "PUT /v1/txn?consistent";
    private static final String WRITE = "PUT /v1/txn";
    private static final String NAMES = "GET /v1/catalog/services?node-meta=external-node:true&consistent";

    /** What was registered by itself, by service id. */
    private final Map<String, JsonNode> registered = new ConcurrentHashMap<>();

    private volatile int registerStatus = 200;

    /** Why a transaction that removes the proxy of node a is refused; {@code null} where it is not. */
    private volatile String refusal;

    private FakeConsul consul;

    @BeforeEach
    void start() throws IOException {
        consul = new FakeConsul(exchange -> {
            String uri = exchange.getRequestURI().toString();
            switch (uri) {
                case "/v1/agent/self" -> FakeConsul.answer(exchange, 200, "{\"Config\":{\"Version\":\"1.8.7\"}}");
                case "/v1/txn?consistent" -> read(exchange);
                case "/v1/catalog/register" -> register(exchange);
                case "/v1/catalog/services?node-meta=external-node:true&consistent" -> names(exchange);
                default -> transact(exchange);
            }
        });
    }

    @AfterEach
    void stop() {
        consul.close();
    }

    private JsonNode lastBody() throws IOException {
        List<FakeConsul.Request> requests = consul.requests();
        return JSON.readTree(requests.get(requests.size() - 1).body());
    }

    private void register(HttpExchange exchange) throws IOException {
        JsonNode body = lastBody();
        if (registerStatus == 200) {
            registered.put(body.at("/Service/ID").asText(), body);
        }
        FakeConsul.answer(exchange, registerStatus, registerStatus == 200 ? "true" : "it says why");
    }

    private void read(HttpExchange exchange) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        int operation = 0;
        for (JsonNode get : lastBody()) {
            String id = get.has("Service")
                    ? get.at("/Service/Service/ID").asText()
                    : get.at("/Check/Check/CheckID").asText().substring("service:".length());
            JsonNode found = registered.get(id);
            if (found == null) {
                answer.withArray("Errors").addObject().put("OpIndex", operation).put("What", "it doesn't exist");
            } else {
                String what = get.has("Service") ? "Service" : "Check";
                answer.withArray("Results").addObject().set(what, found.path(what));
            }
            operation++;
        }
        FakeConsul.answer(exchange, answer.has("Errors") ? 409 : 200, answer.toString());
    }

    private void names(HttpExchange exchange) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        registered.values().forEach(body -> answer.putArray(body.at("/Service/Service").asText()));
        FakeConsul.answer(exchange, 200, answer.toString());
    }

    private void transact(HttpExchange exchange) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        int operation = 0;
        for (JsonNode asked : lastBody()) {
            if (refusal != null && asked.at("/Service/Verb").asText().equals("delete-cas")
                    && asked.at("/Service/Service/ID").asText().equals("a-sidecar-proxy")) {
                answer.withArray("Errors").addObject().put("OpIndex", operation).put("What", refusal);
            }
            operation++;
        }
        FakeConsul.answer(exchange, answer.has("Errors") ? 409 : 200, answer.toString());
    }

    private CatalogOutcome write(CatalogChange... changes) {
        ConsulClient client = ConsulClient.of(
                Samples.connect(Samples.settings(Mode.CATALOG, "127.0.0.1", consul.port(), "")), Samples.OWNER,
                Samples.ANYWHERE);
        return new ConsulCatalog(new GuardedConsul(client), new CatalogCircuit(1), null, Samples.OWNER,
                Samples.defects())
                .write(List.of(changes));
    }

    private static CatalogChange meshed(String nodeId) {
        return new CatalogChange.Register(Samples.meshed(nodeId, 20000), Samples.VERSION, CheckStatus.PASSING);
    }

    private static CatalogChange meshed(CheckStatus check) {
        return new CatalogChange.Register(Samples.meshed("a", 20000), Samples.VERSION, check);
    }

    @Test
    void isNotDoneBeforeTheSidecarProxyIsWrittenToo() {
        registerStatus = 500;
        assertThat(write(meshed(CheckStatus.PASSING)).unavailable()).containsExactly("a");
        assertThat(consul.requests()).extracting(FakeConsul.Request::line)
                .containsExactly("GET /v1/agent/self", READ, WRITE, REGISTER);

        registerStatus = 200;
        assertThat(write(meshed(CheckStatus.PASSING)).applied()).containsExactly("a");
    }

    /** So that what was cut short by a limit of time gets further each time. */
    @Test
    void doesNotWriteAProxyAgainThatStandsAsItIsToBe() {
        write(meshed(CheckStatus.PASSING));
        write(meshed(CheckStatus.PASSING));
        assertThat(consul.count(WRITE)).isEqualTo(2);
        assertThat(consul.count(REGISTER)).isEqualTo(1);

        write(meshed(CheckStatus.WARNING));
        assertThat(consul.count(REGISTER)).as("its check says something else").isEqualTo(2);
        write(CatalogChange.Register.cordoned(Samples.meshed("a", 20000), Samples.VERSION, "why"));
        write(CatalogChange.Register.cordoned(Samples.meshed("a", 20000), Samples.VERSION, "why not"));
        assertThat(consul.count(REGISTER)).as("and the reason, too").isEqualTo(4);
        assertThat(registered.get("a-sidecar-proxy").at("/Check/Output").asText()).endsWith("cordoned: why not");
    }

    /** An ACL token for the nodes' own services, say. */
    @Test
    void saysWhichNodesHaveNoSidecarProxyWhereConsulRefusesItAndRegistersAll() {
        registerStatus = 403;

        CatalogOutcome outcome = write(meshed(CheckStatus.PASSING), Samples.register("b"));

        assertThat(outcome.applied()).containsExactly("b");
        assertThat(outcome.refused()).containsOnlyKeys("a");
        assertThat(outcome.refused().get("a")).startsWith(ServiceCatalog.SIDECAR + "Consul said 403");
        assertThat(consul.requests().get(2).body()).as("both have their own entries").contains("\"a\"", "\"b\"");
    }

    private ConsulClient withConnectOff() {
        return ConsulClient.of(
                Samples.settings(Mode.CATALOG, "127.0.0.1", consul.port(), ""), Samples.OWNER, Samples.ANYWHERE);
    }

    @Test
    void asksForNoProxyWhereConnectIsOffAndNoneIsLeft() {
        ConsulClient client = withConnectOff();
        client.apply(List.of(meshed(CheckStatus.PASSING)));
        client.apply(List.of(meshed(CheckStatus.CRITICAL), new CatalogChange.Deregister("b")));
        client.apply(List.of(new CatalogChange.Deregister("a")));

        assertThat(consul.requests()).extracting(FakeConsul.Request::line)
                .containsExactly("GET /v1/agent/self", WRITE, NAMES, WRITE, WRITE);
    }

    @Test
    void removesWhatIsLeftFromConnectOfNodesThatAreNotToBeCalled() {
        write(meshed("left"), meshed("cordoned"), meshed("a"));
        int before = consul.requests().size();

        withConnectOff().apply(List.of(
                new CatalogChange.Deregister("left"), meshed(CheckStatus.PASSING),
                CatalogChange.Register.cordoned(Samples.meshed("cordoned", 20000), Samples.VERSION, "why")));

        List<FakeConsul.Request> made = consul.requests().subList(before, consul.requests().size());
        assertThat(made).extracting(FakeConsul.Request::line)
                .containsExactly("GET /v1/agent/self", NAMES, READ, WRITE, WRITE);
        assertThat(made.get(3).body()).contains("delete-cas", "\"left-sidecar-proxy\"", "\"cordoned-sidecar-proxy\"")
                .doesNotContain("\"a-sidecar-proxy\"");
        assertThat(made.get(4).body()).contains("\"a\"", "\"left\"", "\"cordoned\"");
    }

    @Test
    void removesTheSidecarProxyBeforeTheNodesOwnEntry() {
        write(meshed(CheckStatus.PASSING));
        int before = consul.requests().size();

        write(new CatalogChange.Deregister("a"));

        List<FakeConsul.Request> made = consul.requests().subList(before, consul.requests().size());
        assertThat(made).extracting(FakeConsul.Request::line).containsExactly("GET /v1/agent/self", READ, WRITE, WRITE);
        assertThat(made.get(2).body()).contains("delete-cas", "\"a-sidecar-proxy\"");
        assertThat(made.get(3).body()).contains("\"delete\"", "\"a\"").doesNotContain("sidecar");
    }

    /** An ACL token for the nodes' own services, say. The comparison says so. */
    @Test
    void goesOnWithoutThoseProxiesThatTheTokenMayNotRemove() {
        write(meshed(CheckStatus.PASSING), meshed("b"));
        refusal = "Permission denied";
        int before = consul.requests().size();

        CatalogOutcome outcome = write(new CatalogChange.Deregister("a"), new CatalogChange.Deregister("b"));

        assertThat(outcome.applied()).containsExactlyInAnyOrder("a", "b");
        List<FakeConsul.Request> made = consul.requests().subList(before, consul.requests().size());
        assertThat(made).extracting(FakeConsul.Request::line)
                .containsExactly("GET /v1/agent/self", READ, WRITE, WRITE, WRITE);
        assertThat(made.get(3).body()).contains("\"b-sidecar-proxy\"").doesNotContain("a-sidecar-proxy");
        assertThat(made.get(4).body()).contains("\"a\"", "\"b\"").doesNotContain("sidecar");
    }

    @Test
    void isTriedAgainWhereAProxyHasChangedSinceItWasRead() {
        write(meshed(CheckStatus.PASSING));
        refusal = "failed to delete service \"a-sidecar-proxy\" on node \"nodebridge\", index is stale";

        assertThat(write(new CatalogChange.Deregister("a")).unavailable()).containsExactly("a");

        refusal = null;
        assertThat(write(new CatalogChange.Deregister("a")).applied()).containsExactly("a");
    }
}
