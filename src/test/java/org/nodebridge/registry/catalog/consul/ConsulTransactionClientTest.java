// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.config.ConsulSettings.Mode;
import org.nodebridge.registry.config.value.AddressAllowList;

class ConsulTransactionClientTest {

    private static ConsulTransactionClient client(FakeConsul consul) {
        return new ConsulTransactionClient(
                Samples.settings(Mode.CATALOG, "127.0.0.1", consul.port(), "t0ken"), Samples.OWNER,
                new CheckAddresses(Samples.ANYWHERE));
    }

    private static CatalogRefusedException refusal(FakeConsul consul, List<CatalogChange> changes) {
        return catchThrowableOfType(CatalogRefusedException.class, () -> client(consul).apply(changes));
    }

    @Test
    void setsTheExternalNodeBeforeAnythingElse() throws IOException {
        try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", 200, "{}")) {
            client(consul).apply(List.of(Samples.register("n1"), new CatalogChange.Deregister("n2")));

            JsonNode operations = new ObjectMapper().readTree(consul.requests().get(2).body());
            assertThat(operations).hasSize(4);
            assertThat(operations.at("/0/Node/Verb").asText()).isEqualTo("set");
            assertThat(operations.at("/0/Node/Node/Meta/external-node").asText()).isEqualTo("true");
            assertThat(operations.at("/0/Node/Node/Meta/external-probe").asText()).isEqualTo("false");
            assertThat(operations.at("/1/Service/Service/ID").asText()).isEqualTo("n1");
            assertThat(operations.at("/2/Check/Check/ServiceName").asText()).isEqualTo("onex-effect");
            assertThat(operations.at("/3/Service/Verb").asText()).isEqualTo("delete");
            assertThat(operations.at("/3/Service/Service/ID").asText()).isEqualTo("n2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "http://127.0.0.1:8500/v1/agent/self", "http://localhost:8500/", "http://[::1]:8500/", "http://10.0.0.9/",
        "http://[::ffff:10.0.0.9]/", "http://no-such-host.invalid/", "http://169.254.169.254/latest/meta-data",
        "http://100.100.100.200/", "http://[fd00:ec2::254]/"
    })
    void definesNoCheckForEsmOfWhatTheRegistryMayNotProbe(String url) throws IOException {
        assertThat(check(AddressAllowList.parse(List.of("192.168.0.0/16")), url).has("Definition")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://169.254.169.254/", "http://100.100.100.200/", "http://[fd00:ec2::254]/"})
    void definesNoCheckOfAMetadataServiceEvenIfAllIsAllowed(String url) throws IOException {
        assertThat(check(Samples.ANYWHERE, url).has("Definition")).isFalse();
        assertThat(check(Samples.ANYWHERE, "http://192.0.2.1/h").at("/Definition/HTTP").asText())
                .isEqualTo("http://192.0.2.1/h");
    }

    private static JsonNode check(AddressAllowList allowed, String url) throws IOException {
        try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", 200, "{}")) {
            new ConsulTransactionClient(
                    Samples.settings(Mode.CATALOG, "127.0.0.1", consul.port(), ""), Samples.OWNER,
                    new CheckAddresses(allowed))
                    .apply(List.of(Samples.register(Samples.node("n1", Map.of("health", url)))));
            return new ObjectMapper().readTree(consul.requests().get(1).body()).at("/2/Check/Check");
        }
    }

    @Test
    void fitsTransactionsIntoWhatConsulTakes() throws IOException {
        try (FakeConsul consul = FakeConsul.ofVersion("1.14.3", 200, "{}")) {
            ConsulTransactionClient client = client(consul);
            assertThat(client.transactionSize()).isEqualTo(31);

            client.apply(List.of(Samples.register("n1")));

            assertThat(client.transactionSize()).isEqualTo(63);
        }
    }

    /** Else its refusal would keep all others of its transaction out of Consul. */
    @Test
    void refusesANodeOfWhichNoEntryCanBeMadeAlone() throws IOException {
        try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", 200, "{}")) {
            for (String nodeId : List.of("", "half-\ud800")) {
                CatalogRefusedException refusal =
                        refusal(consul, List.of(Samples.register("good"), Samples.register(nodeId)));

                assertThat(refusal.concernsEveryone()).isFalse();
                assertThat(refusal.culprits()).containsOnlyKeys(nodeId);
            }
        }
    }

    @Test
    void asksForTheVersionOnceWhileAllIsWell() throws IOException {
        try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", 200, "{}")) {
            ConsulTransactionClient client = client(consul);
            client.apply(List.of(Samples.register("n1")));
            client.apply(List.of(Samples.register("n1")));

            assertThat(consul.count("GET /v1/agent/self")).isEqualTo(1);
            assertThat(consul.count("PUT /v1/txn")).isEqualTo(2);
        }
    }

    @Test
    void asksForTheVersionAgainAfterAnOutage() throws IOException {
        AtomicInteger transactions = new AtomicInteger();
        FakeConsul restarting = new FakeConsul(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/v1/agent/self")) {
                FakeConsul.answer(exchange, 200, "{\"Config\":{\"Version\":\"1.15.0\"}}");
            } else {
                FakeConsul.answer(exchange, transactions.getAndIncrement() == 0 ? 500 : 200, "No cluster leader");
            }
        });
        try (restarting) {
            ConsulTransactionClient client = client(restarting);
            assertThatThrownBy(() -> client.apply(List.of(Samples.register("n1"))))
                    .isInstanceOf(CatalogUnavailableException.class)
                    .hasMessageContaining("No cluster leader");
            assertThat(client.transactionSize()).isEqualTo(31);

            client.apply(List.of(Samples.register("n1")));

            assertThat(restarting.count("GET /v1/agent/self")).isEqualTo(2);
            assertThat(client.transactionSize()).isEqualTo(63);
        }
    }

    @Test
    void writesAllTheSameWhenTheTokenMayNotReadTheVersion() throws IOException {
        FakeConsul secretive = new FakeConsul(exchange -> FakeConsul.answer(
                exchange, exchange.getRequestURI().getPath().endsWith("self") ? 403 : 200, "Permission denied"));
        try (secretive) {
            ConsulTransactionClient client = client(secretive);
            client.apply(List.of(Samples.register("n1")));

            assertThat(secretive.count("PUT /v1/txn")).isEqualTo(1);
            assertThat(client.transactionSize()).isEqualTo(31);
        }
    }

    @Test
    void namesTheNodesWhoseOperationsConsulRefused() throws IOException {
        String body = """
                {"Results": null, "Errors": [
                  {"OpIndex": 3, "What": "bad service"}, {"OpIndex": 4, "What": "bad check"},
                  {"OpIndex": 5, "What": "bad delete"}]}""";
        try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", 409, body)) {
            CatalogRefusedException refusal = refusal(consul, List.of(
                    Samples.register("n1"), Samples.register("n2"), new CatalogChange.Deregister("n3")));

            assertThat(refusal.culprits()).containsExactlyInAnyOrderEntriesOf(
                    Map.of("n2", "bad service", "n3", "bad delete"));
        }
    }

    @Test
    void refusesAllWhenConsulRefusesTheNodeTheyBelongTo() throws IOException {
        String body = "{\"Errors\":[{\"OpIndex\":0,\"What\":\"Permission denied\"},{\"OpIndex\":1,\"What\":\"x\"}]}";
        try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", 409, body)) {
            CatalogRefusedException refusal =
                    refusal(consul, List.of(Samples.register("n1"), Samples.register("n2")));

            assertThat(refusal.culprits()).containsOnlyKeys("n1", "n2");
            assertThat(refusal).hasMessageContaining("node:write").hasMessageNotContaining("t0ken");
        }
    }

    @Test
    void namesNobodyWhenConsulDoesNot() throws IOException {
        for (int status : new int[] {400, 409, 413}) {
            try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", status, "too large")) {
                assertThat(refusal(consul, Samples.registers(2)).culprits()).isEmpty();
            }
        }
    }

    @Test
    void refusesAllWhenTheRefusalIsNotAboutWhatTheySay() throws IOException {
        for (int status : new int[] {301, 403, 404}) {
            try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", status, "ACL not found")) {
                assertThat(refusal(consul, Samples.registers(2)).culprits()).containsOnlyKeys("node-0", "node-1");
            }
        }
    }

    @Test
    void namesTheNodeWhoseIdConsulCouldNotGiveBack() throws IOException {
        try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", 200, "{}")) {
            CatalogRefusedException refusal =
                    refusal(consul, List.of(Samples.register("n1"), Samples.register("half \uD83D pair")));

            assertThat(refusal.culprits()).containsOnlyKeys("half \uD83D pair");
            assertThat(consul.count("PUT /v1/txn")).isZero();
        }
    }

    @Test
    void hasNoInstancesButAnErrorWhenConsulIsDown() throws IOException {
        try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", 500, "No cluster leader")) {
            assertThatThrownBy(() -> client(consul).instances(instance -> false))
                    .isInstanceOf(CatalogUnavailableException.class);
            assertThatThrownBy(() -> client(consul).instance("a")).isInstanceOf(CatalogUnavailableException.class);
        }
    }

    @Test
    void takesARefusedLookForNoAbsence() throws IOException {
        String denied = "{\"Errors\": [{\"OpIndex\": 0, \"What\": \"Permission denied\"}]}";
        for (int status : new int[] {403, 409}) {
            try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", status, denied)) {
                assertThatThrownBy(() -> client(consul).instance("a")).isInstanceOf(CatalogRefusedException.class);
            }
        }
    }

    @Test
    void takesNothingForAStrayThatIsNotOursOrStandsUnderOurNodeForAnyUseOfTheFilter() throws IOException {
        String entry = """
                {"Node": {"Node": "%s"}, "Service": {"ID": "%s", "Meta": {"registry-id": "%s"}, "ModifyIndex": 7}}""";
        String all = "[" + String.join(",",
                entry.formatted("nodebridge", "at-home", Samples.REGISTRY_ID),
                entry.formatted("elsewhere", "stray", Samples.REGISTRY_ID),
                entry.formatted("elsewhere", "foreign", "another")) + "]";
        FakeConsul unfiltered = new FakeConsul(exchange -> FakeConsul.answer(
                exchange, 200, exchange.getRequestURI().getPath().endsWith("/onex-effect") ? all : "[]"));
        try (unfiltered) {
            assertThat(client(unfiltered).strays()).singleElement().satisfies(stray -> {
                assertThat(stray.nodeId()).isEqualTo("stray");
                assertThat(stray.consulNode()).isEqualTo("elsewhere");
                assertThat(stray.modifyIndex()).isEqualTo(7);
            });
        }
    }

    /** Some megabytes, of which as many are kept as one comparison may remove. */
    @Test
    void readsStraysEntryByEntryAndKeepsSoMany() throws IOException {
        String entry = "{\"Node\": {\"Node\": \"elsewhere\"}, \"Service\": {\"ID\": \"stray-%d\", \"Meta\": {"
                + "\"registry-id\": \"" + Samples.REGISTRY_ID + "\", \"other\": \"" + "x".repeat(500) + "\"}}}";
        String many = IntStream.range(0, ConsulEntries.MOST_STRAYS + 10)
                .mapToObj(entry::formatted)
                .collect(Collectors.joining(",", "[", "]"));
        FakeConsul crowded = new FakeConsul(exchange -> FakeConsul.answer(
                exchange, 200, exchange.getRequestURI().getPath().endsWith("/onex-effect") ? many : "[]"));
        try (crowded) {
            assertThat(client(crowded).strays())
                    .hasSize(ConsulEntries.MOST_STRAYS)
                    .extracting(CatalogInstance::nodeId).startsWith("stray-0", "stray-1");
        }
    }

    /** A server that is behind would make an entry look missing, or gone. */
    @Test
    void comparesByConsistentReadsOnly() throws IOException {
        FakeConsul consul = new FakeConsul(exchange -> {
            String path = exchange.getRequestURI().getPath();
            FakeConsul.answer(exchange, path.startsWith("/v1/kv/") ? 404 : 200,
                    path.startsWith("/v1/health/") ? "[]" : "{}");
        });
        try (consul) {
            ConsulTransactionClient client = client(consul);
            client.instances(instance -> false);
            client.strays();
            client.mayHaveEntries("an-installation");
            client.notes("registry/installations");
            client.forget("registry/installations/one", 1);
            client.instance("a");
            client.sidecar("a");
            client.decisions(List.of("a", "b"));
            client.cordons(10);

            assertThat(consul.requests()).hasSizeGreaterThan(16)
                    .extracting(FakeConsul.Request::line)
                    .allSatisfy(line -> assertThat(line).matches("(GET|PUT) /v1/\\S+[?&]consistent"));
        }
    }

    /** As of a Consul that knows no filter, whose entries other programs have edited. */
    @Test
    void takesForCordonsOnlyWhatTheRegistrySaysOfANodesOwnEntry() throws IOException {
        String says = "registry " + Samples.REGISTRY_ID + " says critical";
        List<String> checks = List.of(
                check("a", "service:a", says + ": cordoned: disk: failing", ""),
                check("Edge", "service:Edge", says + ": cordoned: an id of a version before", ""),
                check("upper", "service:" + ServiceId.of("Upper"), says + ": cordoned: not of its service", ""),
                check(ServiceId.of("Upper"), "service:" + ServiceId.of("Upper"), says + ": cordoned: folds", ""),
                check("long", "service:long", says + ": cordoned: " + "😀".repeat(600), ""),
                check("null", "service:null", says + ": cordoned: not \\u0000 text", ""),
                check("half", "service:half", says + ": cordoned: not \\ud800 text", ""),
                check("critical", "service:critical", says, ""),
                check("probed", "service:probed", says + ": cordoned: why", "http://probed/"),
                check("b", "service:b", "registry another says critical: cordoned: why", ""),
                check("c-sidecar-proxy", "service:c-sidecar-proxy", says + ": cordoned: why", ""),
                check("d", "another-check", says + ": cordoned: why", ""),
                check("", "serfHealth", "Agent alive and reachable", ""));
        try (FakeConsul consul = new FakeConsul(
                exchange -> FakeConsul.answer(exchange, 200, "[" + String.join(",", checks) + "]"))) {
            assertThat(client(consul).cordons(100)).isEqualTo(Map.of(
                    "a", "disk: failing", "Edge", "an id of a version before", "Upper", "folds",
                    "long", "😀".repeat(500)));
            assertThat(client(consul).cordons(3)).hasSize(3);
            assertThat(consul.requests().get(0).line())
                    .startsWith("GET /v1/health/node/nodebridge?filter=%22registry%20"
                            + Samples.REGISTRY_ID + "%20says%20critical%3A%20cordoned%3A%20%22%20in%20Output&");
        }
    }

    @Test
    void failsWhereConsulDoesNotSayWhatIsCordoned() throws IOException {
        try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", 500, "No cluster leader")) {
            assertThatThrownBy(() -> client(consul).cordons(100)).isInstanceOf(CatalogUnavailableException.class);
        }
        try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", 403, "Permission denied")) {
            assertThatThrownBy(() -> client(consul).cordons(100)).isInstanceOf(CatalogRefusedException.class);
        }
        try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", 200, "[")) {
            assertThatThrownBy(() -> client(consul).cordons(100)).isInstanceOf(CatalogUnavailableException.class);
        }
    }

    private static String check(String serviceId, String checkId, String output, String probed) {
        return ("{'Node': 'nodebridge', 'CheckID': '%s', 'Status': 'critical', 'ServiceID': '%s', 'Output': '%s',"
                + " 'Definition': {'HTTP': '%s'}}").formatted(checkId, serviceId, output, probed).replace('\'', '"');
    }

    @Test
    void triesARemovalAgainWithoutWhatConsulSaysHasChanged() throws IOException {
        AtomicInteger transactions = new AtomicInteger();
        FakeConsul changed = new FakeConsul(exchange -> {
            boolean first = transactions.getAndIncrement() == 0;
            FakeConsul.answer(
                    exchange, first ? 409 : 200, "{\"Errors\":[{\"OpIndex\":1,\"What\":\"index is stale\"}]}");
        });
        try (changed) {
            List<CatalogInstance> instances = Stream.of("a", "b", "c")
                    .map(id -> new CatalogInstance(
                            id, "onex-effect", List.of(), Map.of(), "", 0, ServiceWeights.NONE, null, false,
                            "nodebridge", 7))
                    .toList();

            assertThat(client(changed).remove(instances))
                    .containsExactly(Map.entry(instances.get(1), "index is stale"));

            JsonNode second = new ObjectMapper().readTree(changed.requests().get(1).body());
            assertThat(second).hasSize(2).allSatisfy(operation -> {
                assertThat(operation.at("/Service/Verb").asText()).isEqualTo("delete-cas");
                assertThat(operation.at("/Service/Node").asText()).isEqualTo("nodebridge");
                assertThat(operation.at("/Service/Service/ModifyIndex").asLong()).isEqualTo(7);
            });
        }
    }

    @Test
    void takesNoLeaderForUnavailable() throws IOException {
        try (FakeConsul consul = FakeConsul.ofVersion("1.8.7", 200, "\"\"")) {
            assertThatThrownBy(() -> new GuardedConsul(client(consul)).leader())
                    .isInstanceOf(CatalogUnavailableException.class)
                    .hasMessageContaining("no leader");
        }
    }
}
