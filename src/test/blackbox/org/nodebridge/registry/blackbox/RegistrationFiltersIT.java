// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each filter and each sort of the list of registrations, with seven nodes of which no two are alike. */
class RegistrationFiltersIT {

    private static final String PATH = "/api/v1/registrations";
    private static final String PREFIX = Registry.uniqueId("filters");
    private static final Registry REGISTRY = Registry.shared();
    /** The dialect in which a node says that it will be back knows no other ids. */
    private static final String DRAINING = UUID.randomUUID().toString();

    private static final List<String> ALL = List.of("a", "b", "c", "d", "e", "f", "g");

    @BeforeAll
    static void registerNodes() {
        register("a", "effect", "eu-1", "{'stamp': {}, 'hash': 1}", "{'team': 'blue', 'tier': 1, 'x': 'y=z'}");
        register("b", "compute", "eu-2", "{'stamp': {}}", "{'team': 'red', 'tier': '1', 'gold': true}");
        register("c", "reducer", null, "{'Straße': {}}", "{'team': 'blue', 'environment': 'Staging'}");
        register("d", "orchestrator", "eu-1", "{'50%_done': {}}", "{'team': ''}");
        register("e", "effect", "süd", "{}", "{'team': {'name': 'blue'}}");
        register("f", "effect", "eu-1", "{'hash': {}, 'stamp': {}}", "{}");
        // nobody can ask it, and it sends no heartbeats: when its lease has ended it stays as it is
        register("g", "effect", "eu-3", "{'sleep': {}}", "{'lease_ttl_seconds': 5}");
        beat("b", "degraded");
        beat("c", "critical");
        beat("e", "healthy");
        drain("d");
        eventually().until(() -> row("d").path("status").textValue().equals("draining"));
        eventually()
                .until(() -> Instant.parse(shown("g").path("lease_expires_at").textValue()).isBefore(Instant.now()));
    }

    private static void register(String name, String type, String region, String capabilities, String metadata) {
        ObjectNode payload = Json.object("{}")
                .put("node_id", id(name))
                .put("node_type", type)
                .put("node_role", PREFIX + "-Role-" + name);
        payload.set("capabilities", Json.object(capabilities));
        payload.set("endpoints", Json.object("{}"));
        ObjectNode said = Json.object(metadata);
        payload.set("metadata", region == null ? said : said.put("region", region));
        Answer answer = REGISTRY.post(PATH, payload);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }

    private static void beat(String name, String health) {
        Answer answer = REGISTRY.post(
                PATH + "/" + id(name) + "/heartbeat", Json.object("{}").put("health_status", health));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    private static void drain(String name) {
        ObjectNode shutdown = Json.object("{'event_type': 'node_shutdown_event', 'shutdown_reason': 'maintenance',"
                + " 'final_status': 'stopping', 'restart_expected': true, 'restart_delay_seconds': 3600}");
        shutdown.put("node_id", id(name))
                .put("event_id", UUID.randomUUID().toString())
                .put("timestamp", Instant.now().toString());
        REGISTRY.publish(Registry.INTROSPECTION, null, Json.utf8(shutdown));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "node_type=effect                          | a e f g",
        "node_type=compute,reducer                 | b c",
        "status=active                             | a b c e f g",
        "status=draining,suspect                   | d",
        "status=suspect                            | ^^",
        "health=passing                            | a d e f g",
        "health=warning,critical                   | b c",
        "region=eu-1                               | a d f",
        "region=eu-2,süd                           | b e",
        "region=EU-1                               | ^^",
        "capability=stamp                          | a b f",
        "capability=stamp&capability=hash          | a f",
        "capability=Straße                         | c",
        "capability=sta                            | ^^",
        "metadata=team=blue                        | a c",
        "metadata=tier=1                           | a b",
        "metadata=tier=1&metadata=team=red         | b",
        "metadata=gold=true                        | b",
        "metadata=team=                            | d",
        "metadata=x=y=z                            | a",
        "metadata=nothing=1                        | ^^",
        "stale=true                                | g",
        "stale=false                               | a b c d e f",
        "node_type=effect&stale=false&region=eu-1  | a f",
        "node_type=effect&capability=hash&q=role-f | f",
        "capability='; DROP TABLE x; --            | ^^",
        "metadata=a' OR 'a'='a=1                   | ^^"
    })
    void showsTheNodesThatFitAllFilters(String filters, String names) {
        assertThat(find(filters))
                .containsExactlyInAnyOrderElementsOf(names.isEmpty() ? List.of() : List.of(names.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "-A       | a",
        "DUCER    | c",
        "ROLE-d   | d",
        "süd      | e",
        "staging  | c",
        "Hash     | a f",
        "strasse  | ^^",
        "STRASSE  | ^^",
        "traße    | c",
        "50%_d    | d",
        "5%d      | ^^",
        "5__      | ^^",
        "\\        | ^^"
    })
    void findsAPieceOfTextInAnyCase(String text, String names) {
        List<String> expected = names.isEmpty() ? List.of() : List.of(names.split(" "));

        // ours alone: what else is registered may have the text too
        assertThat(text.equals("-A") ? find("q=" + PREFIX + text) : find("q=" + text))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void sortsByEachKeyBothWaysOverAllPages() {
        Map<String, Function<JsonNode, Comparable<?>>> keys = Map.of(
                "node_id", node -> node.path("node_id").textValue(),
                "node_type", node -> node.path("node_type").textValue(),
                "status", node -> List.of("active", "suspect", "draining").indexOf(node.path("status").textValue()),
                "health", node -> List.of("passing", "warning", "critical").indexOf(node.path("health").textValue()),
                "updated_at", node -> Instant.parse(node.path("updated_at").textValue()),
                "registered_at", node -> Instant.parse(node.path("registered_at").textValue()),
                "last_heartbeat", node -> Instant.parse(node.path("last_heartbeat").asText("0000-01-01T00:00:00Z")));
        List<JsonNode> nodes = ALL.stream().map(RegistrationFiltersIT::shown).toList();
        keys.forEach((sort, key) -> {
            List<String> ascending = nodes.stream().sorted(order(key)).map(RegistrationFiltersIT::id).toList();
            List<String> descending =
                    nodes.stream().sorted(order(key).reversed()).map(RegistrationFiltersIT::id).toList();

            for (int limit : List.of(1, 2, 3, 7)) {
                assertThat(pages(sort, limit)).as(sort).containsExactlyElementsOf(ascending);
                assertThat(pages("-" + sort, limit)).as("-" + sort).containsExactlyElementsOf(descending);
            }
        });
        assertThat(keys).hasSize(7);
    }

    @SuppressWarnings("unchecked") // each key has values of one kind
    private static Comparator<JsonNode> order(Function<JsonNode, Comparable<?>> key) {
        Comparator<JsonNode> byKey =
                (one, other) -> ((Comparable<Object>) key.apply(one)).compareTo(key.apply(other));
        return byKey.thenComparing((JsonNode node) -> id(node));
    }

    private static List<String> pages(String sort, int limit) {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = REGISTRY.get(PATH + "?q=" + PREFIX + "&sort=" + sort + "&limit=" + limit + cursor).json();
            ids.addAll(page.path("registrations").findValuesAsText("node_id"));
            cursor = page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").textValue() : null;
        } while (cursor != null && ids.size() < 100);
        return ids;
    }

    /** The names of our nodes that fit; those of others may fill pages before. */
    private static List<String> find(String filters) {
        String query = Stream.of(filters.split("&"))
                .map(filter -> filter.split("=", 2))
                .map(filter -> filter[0] + "=" + URLEncoder.encode(filter[1], UTF_8))
                .reduce((one, other) -> one + "&" + other)
                .orElseThrow();
        List<String> roles = new ArrayList<>();
        String cursor = "";
        do {
            Answer answer = REGISTRY.get(PATH + "?limit=1000&fields=node_role&" + query + cursor);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            JsonNode page = answer.json();
            roles.addAll(page.path("registrations").findValuesAsText("node_role"));
            cursor = page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").textValue() : null;
        } while (cursor != null);
        return roles.stream()
                .filter(role -> role.startsWith(PREFIX))
                .map(role -> role.substring(role.length() - 1))
                .toList();
    }

    private static String id(String name) {
        return name.equals("d") ? DRAINING : PREFIX + "-" + name;
    }

    private static String id(JsonNode node) {
        return node.path("node_id").textValue();
    }

    private static JsonNode shown(String name) {
        return REGISTRY.get(PATH + "/" + id(name) + "?stores=false").json();
    }

    private static JsonNode row(String name) {
        return REGISTRY.row(id(name)).orElseThrow();
    }
}
