// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.FailoverQuery;
import org.nodebridge.registry.catalog.FailoverQuery.Change;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.servers.ConsulServer;

/** The query against two real Consul datacenters, and against one that lets nobody do anything without a token. */
class ConsulQueriesIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String MANAGEMENT = "5b4a7c1e-3f0d-4a52-9d0e-7f3f0a1c2b3d";
    private static final List<String> DC2 = List.of("dc2");

    @TempDir
    static Path directory;

    private static List<ConsulServer> sites;
    private static ConsulServer guarded;

    @BeforeAll
    static void startConsul() {
        sites = ConsulServer.federation(directory, 2);
        guarded = ConsulServer.in(directory.resolve("guarded")).withToken(MANAGEMENT);
        sites.forEach(ConsulServer::start);
        guarded.start();
        await().atMost(Duration.ofMinutes(3)).ignoreExceptions().until(
                () -> call(local(), "GET", "/v1/catalog/datacenters", null).size() == 2
                        && call(local(), "GET", "/v1/catalog/nodes?dc=dc2", null).size() == 1);
    }

    @AfterAll
    static void stopConsul() {
        sites.forEach(ConsulServer::stop);
        guarded.stop();
    }

    @AfterEach
    void removeQueries() {
        queries().forEach(query -> call(local(), "DELETE", "/v1/query/" + query.path("ID").asText(), null));
    }

    private static ConsulServer local() {
        return sites.get(0);
    }

    private static ConsulQueries registry(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "registry.id", "registry-a", "registry.consul.port", "" + local().port(),
                "registry.consul.host", "127.0.0.1",
                // more than a busy machine takes for an answer
                "registry.consul.connect-timeout", "PT60S", "registry.consul.request-timeout", "PT60S"));
        settings.putAll(more);
        return new ConsulQueries(RegistrySettings.read(key -> Optional.ofNullable(settings.get(key))));
    }

    private static JsonNode call(ConsulServer server, String method, String path, JsonNode body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("X-Consul-Token", server == guarded ? MANAGEMENT : "")
                .timeout(Duration.ofSeconds(60))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
                .build();
        try {
            String answer = HTTP.send(request, BodyHandlers.ofString()).body();
            return answer.isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer);
        } catch (IOException e) {
            throw new IllegalStateException(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode queries() {
        return call(local(), "GET", "/v1/query?consistent", null);
    }

    private static ObjectNode foreign(String name) {
        ObjectNode query = JSON.createObjectNode().put("Name", name);
        query.putObject("Template").put("Type", "name_prefix_match");
        query.putObject("Service").put("Service", "${name.full}");
        return query;
    }

    private static void registerIn(ConsulServer site, String service, String status) {
        ObjectNode entry = JSON.createObjectNode().put("Node", "nodes").put("Address", "127.0.0.1");
        entry.putObject("Service").put("ID", service).put("Service", service).put("Address", "10.0.0.1")
                .put("Port", 8080);
        entry.putObject("Check").put("Name", "health").put("ServiceID", service).put("Status", status);
        call(site, "PUT", "/v1/catalog/register", entry);
    }

    private static String ledTo(String service) {
        JsonNode answer = call(local(), "GET", "/v1/query/" + service + "/execute", null);
        return answer.path("Nodes").isEmpty() ? "nowhere" : answer.path("Datacenter").asText();
    }

    /** Consul passes over a datacenter that does not answer it for once. */
    private static void awaitLedTo(String service, String datacenter, String why) {
        await().atMost(Duration.ofSeconds(90)).untilAsserted(
                () -> assertThat(ledTo(service)).as(why).isEqualTo(datacenter));
    }

    @Test
    void leadsCallersToTheOtherDatacenterWhileTheirsHasNobodyAndBack() {
        assertThat(registry(Map.of()).keep(DC2)).isEqualTo(new FailoverQuery(Change.INSTALLED, ""));
        registerIn(sites.get(1), "onex-effect", "passing");
        awaitLedTo("onex-effect", "dc2", "none here");

        registerIn(local(), "onex-effect", "passing");
        awaitLedTo("onex-effect", "dc1", "one here");
        registerIn(local(), "onex-effect", "critical");
        awaitLedTo("onex-effect", "dc2", "none here that is well");
        registerIn(local(), "onex-effect", "warning");
        awaitLedTo("onex-effect", "dc1", "a node with a warning is called, as by name");
        assertThat(ledTo("onex-compute")).as("nowhere passing").isEqualTo("nowhere");
    }

    @Test
    void writesNothingWhereTheQueryIsThere() {
        registry(Map.of()).keep(DC2);
        JsonNode installed = queries();

        assertThat(registry(Map.of()).keep(DC2)).isEqualTo(new FailoverQuery(Change.NONE, ""));
        assertThat(registry(Map.of("registry.consul.mode", "agent")).keep(DC2).change()).isEqualTo(Change.NONE);

        assertThat(queries()).isEqualTo(installed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"catalog", "agent"})
    void installsAgainWhatWasDeletedAndPutsRightWhatWasChanged(String mode) {
        ConsulQueries registry = registry(Map.of("registry.consul.mode", mode));
        registry.keep(DC2);
        JsonNode installed = queries().path(0);
        ObjectNode changed = installed.deepCopy();
        changed.withObject("/Service").put("OnlyPassing", true).putArray("Tags").add("nobody-has-this");
        call(local(), "PUT", "/v1/query/" + installed.path("ID").asText(), changed);

        assertThat(registry.keep(DC2).change()).isEqualTo(Change.REPAIRED);
        assertThat(queries().path(0).path("Service")).isEqualTo(installed.path("Service"));
        assertThat(registry.keep(List.of("dc2", "dc1")).change()).as("another setting").isEqualTo(Change.REPAIRED);
        assertThat(queries().at("/0/Service/Failover/Datacenters").toString()).isEqualTo("[\"dc2\",\"dc1\"]");

        call(local(), "DELETE", "/v1/query/" + installed.path("ID").asText(), null);
        assertThat(registry.keep(DC2).change()).isEqualTo(Change.INSTALLED);
        assertThat(queries()).hasSize(1);
    }

    @Test
    void removesWhatItInstalledWhenItIsNotWantedAnyMoreAndNothingElse() {
        call(local(), "POST", "/v1/query", foreign("other-"));
        registry(Map.of("registry.id", "registry-b", "registry.consul.service-prefix", "b-")).keep(DC2);
        registry(Map.of()).keep(DC2);

        assertThat(registry(Map.of()).keep(List.of())).isEqualTo(new FailoverQuery(Change.REMOVED, ""));
        assertThat(queries().findValuesAsText("Name")).containsExactlyInAnyOrder("other-", "b-");
        assertThat(registry(Map.of()).keep(List.of()).change()).isEqualTo(Change.NONE);
    }

    @Test
    void movesWithThePrefixOfServices() {
        registry(Map.of()).keep(DC2);

        registry(Map.of("registry.consul.service-prefix", "edge-")).keep(DC2);

        assertThat(queries().findValuesAsText("Name")).containsExactly("edge-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"onex-", "ONEX-"})
    void leavesAQueryOfSomebodyElseAsItIsAndSaysSo(String name) {
        call(local(), "POST", "/v1/query", foreign(name));
        JsonNode before = queries();

        FailoverQuery kept = registry(Map.of()).keep(DC2);

        assertThat(kept.change()).isEqualTo(Change.NONE);
        assertThat(kept.trouble()).contains("not ours").contains(before.path(0).path("ID").asText());
        registry(Map.of()).keep(List.of());
        assertThat(queries()).isEqualTo(before);
    }

    @Test
    void isContentWithTheQueryOfAnotherRegistryThatMeansTheSame() {
        registry(Map.of("registry.id", "registry-b")).keep(DC2);
        JsonNode before = queries();

        assertThat(registry(Map.of()).keep(DC2)).isEqualTo(new FailoverQuery(Change.NONE, ""));
        assertThat(registry(Map.of()).keep(List.of("dc1")).trouble()).contains("not ours");
        assertThat(registry(Map.of()).keep(List.of()).change()).isEqualTo(Change.NONE);
        assertThat(queries()).isEqualTo(before);
    }

    @Test
    void namesADatacenterThatConsulDoesNotKnow() {
        assertThat(registry(Map.of()).keep(List.of("dc2", "mars")).trouble()).endsWith("mars");
        assertThat(registry(Map.of()).keep(List.of("dc2", "mars")).trouble()).doesNotContain("dc2");
    }

    @Test
    void makesOneQueryHoweverManyInstallItAtOnce() throws Exception {
        int installers = 8;
        ExecutorService threads = Executors.newFixedThreadPool(installers);
        try {
            for (int round = 0; round < 5; round++) {
                CountDownLatch go = new CountDownLatch(1);
                List<Future<FailoverQuery>> kept = IntStream.range(0, installers)
                        .mapToObj(each -> threads.submit(() -> {
                            ConsulQueries registry = registry(Map.of());
                            go.await();
                            return registry.keep(DC2);
                        })).toList();
                go.countDown();
                int installed = 0;
                for (Future<FailoverQuery> each : kept) {
                    assertThat(each.get().trouble()).isEmpty();
                    installed += each.get().change() == Change.INSTALLED ? 1 : 0;
                }
                assertThat(installed).isEqualTo(1);
                assertThat(queries()).hasSize(1);
                removeQueries();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static String token(String name, String rules) {
        call(guarded, "PUT", "/v1/acl/policy", JSON.createObjectNode().put("Name", name).put("Rules", rules));
        ObjectNode token = JSON.createObjectNode();
        token.putArray("Policies").addObject().put("Name", name);
        return call(guarded, "PUT", "/v1/acl/token", token).path("SecretID").asText();
    }

    private static ConsulQueries withToken(String token) {
        return registry(Map.of("registry.consul.port", "" + guarded.port(), "registry.consul.token", token));
    }

    @Test
    void keepsItWithTheLeastThatIsDocumentedAndElseSaysWhatItTakes() {
        String others = "service_prefix \"onex-\" { policy = \"write\" } node \"nodebridge\" { policy = \"write\" }";
        ConsulQueries may = withToken(token("may", "query_prefix \"onex-\" { policy = \"write\" }"));
        ConsulQueries mayNot = withToken(token("may-not", others));

        assertThatThrownBy(() -> mayNot.keep(DC2)).isInstanceOf(CatalogRefusedException.class)
                .hasMessageContaining("query:write on onex-").hasMessageNotContaining("service:write");
        assertThat(mayNot.keep(List.of())).as("not wanted").isEqualTo(new FailoverQuery(Change.NONE, ""));
        assertThat(may.keep(List.of("dc1"))).isEqualTo(new FailoverQuery(Change.INSTALLED, ""));
        assertThat(may.keep(List.of("dc1")).change()).isEqualTo(Change.NONE);
        assertThat(withToken(token("reads", "query_prefix \"\" { policy = \"read\" }")).keep(List.of("dc1")).change())
                .isEqualTo(Change.NONE);
        assertThat(may.keep(List.of()).change()).isEqualTo(Change.REMOVED);
        assertThatThrownBy(() -> withToken("0d9c8b7a-1111-4222-8333-444455556666").keep(DC2))
                .isInstanceOf(CatalogRefusedException.class).hasMessageContaining("ACL not found")
                .hasMessageNotContaining("0d9c8b7a");
    }

    @Test
    void saysThatConsulIsNotAvailable() {
        ConsulQueries nobody = registry(Map.of("registry.consul.port", "1"));

        assertThatThrownBy(() -> nobody.keep(DC2)).isInstanceOf(CatalogUnavailableException.class);
    }
}
