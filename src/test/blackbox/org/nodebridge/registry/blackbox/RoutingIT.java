// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.docs.Snippets;
import org.nodebridge.registry.servers.PrometheusProgram;

/** Which node callers are given, and what else is answered from memory, with nodes that register and beat. */
class RoutingIT {

    private static final Registry REGISTRY = Registry.shared();
    private static final String PREFIX = Registry.uniqueId("routing");
    /** A capability that no other test's nodes have. */
    private static final String ONLY = PREFIX + "-work";
    private static final String OTHER = PREFIX + "-other-work";
    /** Of nodes that are registered while others count those with the one above. */
    private static final String ANOTHER = PREFIX + "-another-work";
    private static final String ROUTE = "/api/v1/route";

    @BeforeAll
    static void registerNodes() {
        register("a", "effect", "eu-1", "1.4.0", "{'weight': 1, 'rack': '7'}");
        register("b", "effect", "eu-2", "1.5.0", "{'weight': '4', 'rack': '8'}");
        register("c", "compute", "eu-1", "2.0.0", "{'rack': '7'}");
        register("d", "compute", "eu-1", null, "{}");
        eventually().until(() -> ids("&n=10").size() == 4);
    }

    private static String id(String name) {
        return PREFIX + "-" + name;
    }

    private static void register(String name, String type, String region, String version, String metadata) {
        ObjectNode payload = Json.object("{'capabilities': {}}").put("node_id", id(name)).put("node_type", type);
        ((ObjectNode) payload.path("capabilities")).putObject(switch (name) {
            case "e" -> OTHER;
            case "weighed" -> ANOTHER;
            default -> ONLY;
        });
        payload.set("endpoints", Json.object(
                "{'api': 'http://10.1.2.3:8080/api', 'metrics': 'https://10.1.2.3:9443/m'}"));
        ObjectNode said = Json.object(metadata).put("region", region);
        payload.set("metadata", version == null ? said : said.put("version", version));
        Answer answer = REGISTRY.post("/api/v1/registrations", payload);
        assertThat(answer.status()).as(answer.body()).isIn(200, 201, 202);
    }

    private static JsonNode route(String more) {
        Answer answer = REGISTRY.get(ROUTE + "?capability=" + ONLY + more);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> ids(String more) {
        return StreamSupport.stream(route(more).path("candidates").spliterator(), false)
                .map(candidate -> candidate.path("node_id").textValue().substring(PREFIX.length() + 1))
                .sorted()
                .toList();
    }

    private static void beat(String name, String body) {
        Answer answer = REGISTRY.post("/api/v1/registrations/" + id(name) + "/heartbeat", Json.object(body));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "node_type=effect           | a b",
        "node_type=effect,compute   | a b c d",
        "node_type=reducer          | ^^",
        "region=eu-1                | a c d",
        "region=eu-2,eu-9           | b",
        "metadata=rack%3D7          | a c",
        "metadata=weight%3D1        | a",
        "metadata=weight%3D4        | b",
        "metadata=rack%3D9          | ^^",
        "version=%5E1.4             | a b",
        "version=%3E%3D1.5.0        | b c",
        "version=*                  | a b c",
        "capability=nobody          | ^^",
        "strategy=least             | a b c d",
        "strategy=weighted          | a b c d",
        "strategy=hash&key=k        | a b c d"
    })
    void givesTheNodesThatFit(String filter, String expected) {
        assertThat(String.join(" ", ids("&n=10&" + filter))).isEqualTo(expected);
    }

    @Test
    void saysWhereTheNodeIsHowLoadedAndWhyItWasChosen() {
        beat("b", "{'health_status': 'healthy', 'active_operations': 7, 'resource_usage': {'cpu_percent': 12.5}}");

        eventually().untilAsserted(() -> {
            JsonNode answer = route("&region=eu-2");
            assertThat(answer.path("strategy").textValue()).isEqualTo("p2c");
            assertThat(answer.path("age_ms").longValue()).isBetween(0L, 60_000L);
            assertThat(Instant.parse(answer.path("as_of").textValue())).isBeforeOrEqualTo(Instant.now());
            JsonNode candidate = answer.at("/candidates/0");
            assertThat(candidate.path("node_id").textValue()).isEqualTo(id("b"));
            assertThat(candidate.path("address").textValue()).isEqualTo("10.1.2.3");
            assertThat(candidate.path("port").intValue()).isEqualTo(8080);
            assertThat(candidate.at("/endpoints/metrics").textValue()).isEqualTo("https://10.1.2.3:9443/m");
            assertThat(candidate.path("version").textValue()).isEqualTo("1.5.0");
            assertThat(candidate.at("/load/active_operations").longValue()).isEqualTo(7);
            assertThat(candidate.at("/load/cpu_percent").doubleValue()).isEqualTo(12.5);
            assertThat(candidate.at("/load/age_ms").longValue()).isBetween(0L, 90_000L);
            assertThat(candidate.path("reasons").get(0).textValue()).isEqualTo("only_one_left");
            assertThat(route("&n=10").path("candidates")).hasSizeGreaterThan(1).allSatisfy(
                    each -> assertThat(each.path("score").doubleValue()).as(each.toString()).isPositive());
        });
    }

    @Test
    void sharesCallsByCapacityAndKeepsAKeyWhereItIs() {
        // the one that was registered later may have begun with its small share later
        eventually().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
            Map<String, Integer> calls = new HashMap<>();
            for (int i = 0; i < 300; i++) {
                calls.merge(ids("&node_type=effect&strategy=weighted").get(0), 1, Integer::sum);
            }
            assertThat(calls.get("b")).isGreaterThan(calls.get("a"));
        });

        assertThat(ids("&strategy=hash&key=caller-1")).isEqualTo(ids("&strategy=hash&key=caller-1"));
        Map<String, Integer> keys = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            keys.merge(ids("&strategy=hash&key=k" + i).get(0), 1, Integer::sum);
        }
        assertThat(keys).hasSize(4);
    }

    @Test
    void aNodeThatDrainsOrIsCriticalIsOutSoon() {
        String draining = UUID.randomUUID().toString();
        ObjectNode payload = Json.object("{'node_type': 'orchestrator', 'capabilities': {}, 'metadata': {},"
                + " 'endpoints': {'api': 'http://10.1.2.4:8080'}}").put("node_id", draining);
        ((ObjectNode) payload.path("capabilities")).putObject(ANOTHER);
        assertThat(REGISTRY.post("/api/v1/registrations", payload).status()).isIn(201, 202);
        register("e", "reducer", "eu-5", "1.0.0", "{}");
        String other = ROUTE + "?capability=" + OTHER;
        eventually().until(() -> REGISTRY.get(other).body().contains(id("e")));
        String of = ROUTE + "?node_type=orchestrator&n=50&capability=" + ANOTHER;
        eventually().until(() -> REGISTRY.get(of).body().contains(draining));

        REGISTRY.publish(Registry.INTROSPECTION, null, new PlainNode(draining).stopsForAWhile());
        eventually().until(() -> REGISTRY.row(draining).orElseThrow().path("status").asText().equals("draining"));
        beat("e", "{'health_status': 'critical'}");

        eventually().untilAsserted(() -> { // within a second where the machine is not held up
            assertThat(REGISTRY.get(of).body()).doesNotContain(draining);
            assertThat(REGISTRY.get(of).json().at("/left_out/draining").intValue()).isEqualTo(1);
            JsonNode answer = REGISTRY.get(other).json();
            assertThat(answer.at("/left_out/critical").intValue()).isEqualTo(1);
            assertThat(answer.path("candidates")).as("it is no last resort").isEmpty();
        });
        beat("e", "{'health_status': 'healthy'}");
        eventually().until(() -> REGISTRY.get(other).body().contains(id("e")));
    }

    @Test
    void tellsWhichNodesCallersWereGiven() {
        String shares = ROUTE + "/shares?capability=" + ONLY + "&region=eu-2";
        long before = REGISTRY.get(shares).json().path("total").longValue();

        for (int call = 0; call < 3; call++) {
            route("&region=eu-2&n=5");
        }
        route("&region=eu-2&preview=true");
        route("&region=eu-1");

        JsonNode after = REGISTRY.get(shares).json();
        assertThat(after.path("total").longValue()).isEqualTo(before + 3);
        assertThat(after.path("nodes")).extracting(node -> node.path("node_id").textValue()).containsExactly(id("b"));
        assertThat(after.at("/nodes/0/share").doubleValue()).isEqualTo(1);
        assertThat(after.at("/nodes/0/handed_out")).hasSameSizeAs(after.path("minutes"));
        assertThat(REGISTRY.get(ROUTE + "/shares?strategy=p2c").status()).isEqualTo(400);
    }

    @Test
    void aNodeThatIsCordonedIsOutSoonAndBackAfterwards() {
        String cordon = "/api/v1/registrations/" + id("d") + "/cordon";
        assertThat(ids("&n=10")).contains("d");

        Answer cordoned = REGISTRY.cordon(id("d"), "maintenance");

        assertThat(cordoned.status()).as(cordoned.body()).isBetween(200, 299);
        try {
            eventually().untilAsserted(() -> { // within a second where the machine is not held up
                assertThat(ids("&n=10")).doesNotContain("d");
                assertThat(route("").at("/left_out/cordoned").intValue()).isEqualTo(1);
                assertThat(ofCompute().at("/nodes/cordoned").intValue()).isEqualTo(1);
                assertThat(ofCompute().at("/nodes/callable").intValue()).isEqualTo(1);
            });
        } finally {
            REGISTRY.delete(cordon);
        }
        eventually().until(() -> ids("&n=10").contains("d"));
    }

    /** As rows have them after a start with weights, of which this registry has none. */
    @Test
    void takesWeightsOutOfConsulWhereTheyAreOff() {
        register("weighed", "effect", "eu-9", null, "{}");
        String id = id("weighed");
        REGISTRY.stores().execute(
                "UPDATE tool_registrations SET weight_step = 9, revision = revision + 1 WHERE tool_id = '" + id + "'");

        eventually().untilAsserted(() -> {
            assertThat(REGISTRY.row(id).orElseThrow().path("weight_step").isNull()).isTrue();
            assertThat(StreamSupport.stream(
                    REGISTRY.stores().consul("/v1/health/service/onex-effect").spliterator(), false)
                    .map(entry -> entry.path("Service"))
                    .filter(entry -> entry.path("ID").textValue().equals(id))
                    .findFirst())
                    .hasValueSatisfying(
                            service -> assertThat(service.at("/Weights/Passing").intValue()).isEqualTo(1));
            JsonNode shown = REGISTRY.get("/api/v1/registrations/" + id).json();
            assertThat(shown.at("/stores/consul").textValue()).isEqualTo("registered");
            assertThat(shown.at("/store_comparison/agree").booleanValue()).isTrue();
        });
        assertThat(REGISTRY.delete("/api/v1/registrations/" + id).status()).isIn(200, 202);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "node_type=nobody          | node_type", "strategy=best            | strategy", "n=0          | n",
        "n=51                      | n", "n=x                      | n", "version=latest            | version",
        "metadata=rack             | metadata", "capability=               | capability", "key=k       | key",
        "strategy=hash             | key", "preview=maybe | preview", "colour=blue               | colour",
        "region=a,,b  | region"
    })
    void namesTheParameterThatIsNotValid(String query, String field) {
        Answer answer = REGISTRY.get(ROUTE + "?" + query);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo(field);
    }

    @Test
    void countsNodesOfEachTypeAndCapability() {
        eventually().untilAsserted(() -> {
            assertThat(REGISTRY.get("/api/v1/services").json().path("age_ms").longValue()).isBetween(0L, 60_000L);
            JsonNode compute = ofCompute();
            assertThat(compute.at("/nodes/total").intValue()).isEqualTo(2);
            assertThat(compute.at("/nodes/callable").intValue()).isEqualTo(2);
            assertThat(compute.at("/versions/2.0.0").intValue()).isEqualTo(1);
            assertThat(compute.at("/regions/eu-1").intValue()).isEqualTo(2);
        });
        assertThat(REGISTRY.get("/api/v1/services?x=1").status()).isEqualTo(400);
    }

    /** What {@code /services} has of the capability that no other test's nodes have, of one type. */
    private static JsonNode ofCompute() {
        return StreamSupport.stream(REGISTRY.get("/api/v1/services").json().path("services").spliterator(), false)
                .filter(service -> service.path("node_type").textValue().equals("compute"))
                .flatMap(service -> StreamSupport.stream(service.path("capabilities").spliterator(), false))
                .filter(capability -> capability.path("capability").textValue().equals(ONLY))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void givesPrometheusItsTargets() {
        JsonNode targets = REGISTRY.get("/api/v1/sd/prometheus?endpoint=metrics").json();

        JsonNode target = StreamSupport.stream(targets.spliterator(), false)
                .filter(each -> each.at("/labels/__meta_registry_node_id").textValue().equals(id("b")))
                .findFirst()
                .orElseThrow();
        assertThat(target.path("targets")).extracting(JsonNode::textValue).containsExactly("10.1.2.3:9443");
        assertThat(target.at("/labels/__scheme__").textValue()).isEqualTo("https");
        assertThat(target.at("/labels/__metrics_path__").textValue()).isEqualTo("/m");
        assertThat(target.at("/labels/__meta_registry_capability").textValue()).isEqualTo("," + ONLY + ",");
        eventually().untilAsserted(() -> assertThat(REGISTRY.get("/api/v1/sd/prometheus").json())
                .as("unless nodes of others have changed meanwhile")
                .isEqualTo(REGISTRY.get("/api/v1/sd/prometheus?endpoint=metrics").json()));
        assertThat(REGISTRY.get("/api/v1/sd/prometheus?endpoint=nobody-has-it").body()).isEqualTo("[]");
        assertThat(REGISTRY.get("/api/v1/sd/prometheus?endpoint=").status()).isEqualTo(400);
    }

    /** Its own tool reads what a server would read, configured as the docs say, and labels it as one would. */
    @Test
    void prometheusFindsTheNodesByItself(@TempDir Path directory) throws IOException {
        Path password = Files.writeString(directory.resolve("password"), Registry.READER_PASSWORD);
        Path config = Files.writeString(
                directory.resolve("prometheus.yaml"),
                Snippets.of("docs/routing.md", "yaml", "http_sd_configs")
                        .replace("http://registry:9080", REGISTRY.liberty().url())
                        .replace("/etc/prometheus/registry-password", password.toString())
                        .replace(",transform,", "," + ONLY + ","));
        Path output = directory.resolve("output");
        String program = PrometheusProgram.PROMTOOL.needed().toString();

        // it says what it has found at the end of the time that it is given, which may be nothing
        eventually().atMost(Duration.ofMinutes(4)).untilAsserted(() -> {
            Process promtool = new ProcessBuilder(
                    program, "check", "service-discovery", "--timeout=4s", config.toString(), "nodes")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(promtool.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(Files.readString(output)).contains("\"node_id\": \"" + id("b") + "\"")
                    .contains("\"__address__\": \"10.1.2.3:9443\"", "\"__metrics_path__\": \"/m\"");
        });
    }

    @Test
    void answersHeadAndPreviewsWithoutHandingANodeOut() {
        double before = routed();

        Answer answer = REGISTRY.send(Registry.as("reader", REGISTRY.request(ROUTE))
                .method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(REGISTRY.get(ROUTE + "?preview=true").status()).isEqualTo(200);
        assertThat(routed()).isEqualTo(before);
        assertThat(REGISTRY.get(ROUTE).header("Cache-Control")).isEqualTo("no-store");
        assertThat(routed()).isEqualTo(before + 1);
    }

    private static double routed() {
        return REGISTRY.get("/metrics").body().lines()
                .filter(line -> line.startsWith("registry_route_requests_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
