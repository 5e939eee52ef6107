// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of registrations, a page at a time. */
class RegistrationListIT {

    private static final String PATH = "/api/v1/registrations";
    private static final String PREFIX = Registry.uniqueId("list");
    private static final int NODES = 250;

    private final Registry registry = Registry.shared();

    @BeforeAll
    static void announceNodes() {
        Registry registry = Registry.shared();
        IntStream.range(0, NODES).mapToObj(RegistrationListIT::node).forEach(node -> registry.broker()
                .send(new ProducerRecord<>(Registry.INTROSPECTION, node.introduction(node.facts(Instant.now(), 1)))));
        // what Consul has confirmed is noted after the commit, and shown
        eventually().untilAsserted(() -> assertThat(registry.stores().rowsOf(PREFIX).values())
                .hasSize(NODES)
                .noneMatch(row -> row.path("pending").booleanValue()));
    }

    @Test
    void pagesThroughAllNodesWithoutGapOrRepeat() {
        List<String> seen = pageThrough("?limit=40", 40);

        assertThat(seen).doesNotHaveDuplicates();
        assertThat(seen.stream().filter(id -> id.startsWith(PREFIX))).hasSize(NODES);
    }

    @Test
    void goesOnWhereThePageEndedThoughItsLastNodeHasLeft() {
        // the first of all
        String leaving = "!" + PREFIX;
        registry.post(PATH, RegistrationsApiIT.payload(leaving));
        JsonNode first = registry.get(PATH + "?limit=1").json();
        assertThat(first.at("/registrations/0/node_id").textValue()).isEqualTo(leaving);

        registry.delete(PATH + "/" + leaving);

        // again where a node of another test came or left between the two
        eventually().untilAsserted(() -> {
            JsonNode second = registry.get(PATH + "?limit=1&cursor=" + first.path("next_cursor").textValue()).json();
            assertThat(second.at("/registrations/0/node_id").textValue())
                    .isEqualTo(registry.get(PATH + "?limit=1").json().at("/registrations/0/node_id").textValue())
                    .isNotEqualTo(leaving);
        });
    }

    /** A replica of the next version does that while this one serves. */
    @Test
    void readsOnAfterAMigrationHasAddedAColumnToATableThatItReads() {
        List<String> tables = List.of(
                "tool_registrations", "registration_history", "lease_look", "preservation_holds", "catalog_check",
                "reconciliations");
        String node = PATH + "/" + registry.get(PATH + "?q=" + PREFIX + "&limit=1").json()
                .at("/registrations/0/node_id").textValue();
        List<String> paths = List.of(
                PATH + "?limit=3", node, node + "/history", "/api/v1/preservation", "/api/v1/drift",
                "/api/v1/reconciliations", "/api/v1/metrics/registrations");
        for (String change : List.of("ADD COLUMN of_tomorrow integer", "DROP COLUMN of_tomorrow")) {
            // the driver has PostgreSQL keep the plan of a statement that a connection runs for the fifth time
            for (int times = 0; times < 12; times++) {
                paths.forEach(path -> assertThat(registry.get(path).status()).as(path).isEqualTo(200));
            }

            tables.forEach(table -> registry.stores().execute("ALTER TABLE " + table + " " + change));

            assertThat(paths).allSatisfy(path -> {
                Answer answer = registry.get(path);
                assertThat(answer.status()).as("%s %s", path, answer.body()).isEqualTo(200);
            });
        }
    }

    @Test
    void listsOnlyTheTypeThatIsAskedFor() {
        for (String type : FleetNode.TYPES) {
            List<String> ids = pageThrough("?node_type=" + type + "&limit=100", 100);

            assertThat(ids.stream().filter(id -> id.startsWith(PREFIX))).containsExactlyInAnyOrderElementsOf(
                    IntStream.range(0, NODES)
                            .mapToObj(RegistrationListIT::node)
                            .filter(node -> node.type().equals(type))
                            .map(FleetNode::id)
                            .toList());
        }
    }

    @Test
    void showsInTheListWhatItShowsOfOneNode() {
        // again where a record of another test came between the two
        eventually().untilAsserted(() -> {
            JsonNode listed = registry.get(PATH + "?q=" + PREFIX + "&limit=1").json().at("/registrations/0");
            ObjectNode alone =
                    (ObjectNode) registry.get(PATH + "/" + Registry.encoded(listed.path("node_id").textValue())).json();

            assertThat(alone.remove(List.of("store_comparison", "recent_changes"))).isSameAs(alone);

            assertThat(alone).isEqualTo(listed);
        });
    }

    @Test
    void givesEveryNodeOnceHoweverMuchIsWrittenMeanwhile() {
        List<String> all = IntStream.range(0, NODES).mapToObj(number -> node(number).id()).sorted().toList();
        for (String sort : List.of("node_id", "-node_id", "registered_at", "-registered_at")) {
            assertThat(pageWhileWriting(sort)).as(sort).containsExactlyInAnyOrderElementsOf(all);
        }
        assertThat(pageWhileWriting("updated_at"))
                .as("what changes comes again, and is not passed over").containsAll(all);
    }

    /** Between any two pages a node registers before and one after all others, one leaves, and three change. */
    private List<String> pageWhileWriting(String sort) {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page = registry.get(PATH + "?q=" + PREFIX + "&limit=40&sort=" + sort + cursor).json();
            page.path("registrations").findValuesAsText("node_id").stream()
                    .filter(id -> id.startsWith(PREFIX + "-"))
                    .forEach(seen::add);
            cursor = page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").textValue() : null;
            write(pages++);
        } while (cursor != null && pages < 100);
        return seen;
    }

    private void write(int round) {
        for (String churning : List.of("!" + PREFIX, "~" + PREFIX)) {
            registry.post(PATH, new PlainNode(churning + round).payload());
            if (round > 0) {
                registry.delete(PATH + "/" + churning + (round - 1));
            }
        }
        for (int number = round * 7 % NODES; number < NODES; number += NODES / 3) {
            FleetNode changing = node(number);
            registry.publish(Registry.INTROSPECTION, null,
                    changing.introduction(changing.facts(Instant.now(), round + 10)));
        }
    }

    @Test
    void answersThatNothingHasChangedUntilThePageWouldBeAnother() {
        PlainNode node = PlainNode.unique("tagged");
        registry.post(PATH, node.payload());
        String all = PATH + "?q=" + node.id();
        String some = all + "&fields=node_id,health";
        eventually().until(() -> registry.get(all).json()
                .at("/registrations/0/stores/consul").asText().equals("registered"));
        String tagOfAll = registry.get(all).header("ETag");
        String tagOfSome = registry.get(some).header("ETag");

        Answer same = ifNoneMatch(all, tagOfAll);
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.header("ETag")).isEqualTo(tagOfAll).startsWith("W/\"");
        assertThat(ifNoneMatch(all, "\"other\", " + tagOfAll).status()).isEqualTo(304);

        beat(node, "healthy");
        assertThat(ifNoneMatch(all, tagOfAll).status()).as("another last_heartbeat").isEqualTo(200);
        assertThat(ifNoneMatch(some, tagOfSome).status()).as("nothing that is shown").isEqualTo(304);
        beat(node, "degraded");
        assertThat(ifNoneMatch(some, tagOfSome).status()).as("another health").isEqualTo(200);
        assertThat(ifNoneMatch(some + "&count=true", registry.get(some).header("ETag")).status()).isEqualTo(200);
        assertThat(ifNoneMatch(all, "no tag").status()).isIn(200, 400);
    }

    private Answer ifNoneMatch(String path, String tag) {
        return registry.send(Registry.as("reader", registry.request(path)).header("If-None-Match", tag));
    }

    private void beat(PlainNode node, String health) {
        Answer answer = registry.post(
                PATH + "/" + node.id() + "/heartbeat", Json.object("{}").put("health_status", health));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void showsOnlyTheFieldsThatAreAskedFor() {
        JsonNode page = registry.get(PATH + "?q=" + PREFIX + "-&limit=3&fields=status,node_id,node_id,region").json();

        assertThat(page.path("registrations")).hasSize(3).allSatisfy(registration -> assertThat(names(registration))
                .containsExactlyInAnyOrder("node_id", "status", "region"));
        assertThat(page.has("next_cursor")).isTrue();
        Answer unknown = registry.get(PATH + "?fields=node_id,colour");
        isProblem(unknown, 400, "invalid-input");
        assertThat(unknown.json().at("/errors/0/field").textValue()).isEqualTo("fields");
        assertThat(unknown.json().at("/errors/0/message").textValue()).contains("colour").contains("memory_mb");
    }

    @Test
    void countsAllThatFitsWhenItIsAsked() {
        JsonNode page = registry.get(PATH + "?q=" + PREFIX + "-&limit=7&node_type=compute&count=true").json();

        assertThat(page.path("registrations")).hasSize(7);
        assertThat(page.path("total_count").isNumber()).isTrue();
        assertThat(page.path("total_count").intValue()).isEqualTo(NODES / 4 + 1);
        String cursor = page.path("next_cursor").textValue();
        assertThat(registry.get(PATH + "?q=" + PREFIX + "-&node_type=compute&count=true&cursor=" + cursor).json()
                .path("total_count").intValue())
                .as("on a later page").isEqualTo(NODES / 4 + 1);
        assertThat(registry.get(PATH + "?limit=1").json().has("total_count")).isFalse();
    }

    @Test
    void goesOnOnlyInTheListThatTheCursorIsOf() {
        String cursor = registry.get(PATH + "?q=" + PREFIX + "&limit=1").json().path("next_cursor").textValue();

        Answer otherSort = registry.get(PATH + "?q=" + PREFIX + "&sort=health&cursor=" + cursor);
        Answer otherFilters = registry.get(PATH + "?q=" + PREFIX + "&region=eu-1&cursor=" + cursor);

        isProblem(otherSort, 400, "invalid-input");
        assertThat(otherSort.json().at("/errors/0/message").textValue()).contains("sorted by node_id, not by health");
        isProblem(otherFilters, 400, "invalid-input");
        assertThat(otherFilters.json().at("/errors/0/message").textValue()).contains("other filters");
        assertThat(registry.get(PATH + "?q=" + PREFIX + "&limit=2&fields=node_id&cursor=" + cursor).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        PATH, PATH + "/nobody", PATH + "/nobody/history", "/api/v1/health", "/api/v1/metrics/registrations",
        "/api/v1/drift", "/api/v1/reconciliations", "/api/v1/dead-letters", "/api/v1/replays", "/api/v1/preservation",
        "/api/v1/cluster"
    })
    void namesAParameterThatNobodyKnows(String path) {
        Answer answer = registry.send(Registry.asOperator(registry.request(path + "?colour=red")));

        isProblem(answer, 400, "invalid-input");
        assertThat(answer.json().path("errors").findValuesAsText("field")).containsExactly("colour");
    }

    @Test
    void writesNothingForARequestWithAParameterThatNobodyKnows() {
        PlainNode node = PlainNode.unique("unknown-parameter");

        isProblem(registry.post(PATH + "?dry_run=true", node.payload()), 400, "invalid-input");

        assertThat(registry.row(node.id())).isEmpty();
        isProblem(registry.get(PATH + "?limit=1&limit=2"), 400, "invalid-input");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "node_type=gateway", "node_type=", "node_type=EFFECT", "limit=0", "limit=1001", "limit=many", "limit=",
        "cursor=%25", "cursor=_", "cursor=AAAA", "cursor=_w", "cursor=", "status=gone", "status=active,",
        "health=well", "region=", "capability=", "metadata=team", "stale=maybe", "q=",
        "sort=colour", "sort=--node_id", "sort=", "fields=", "count=yes"
    })
    void namesTheParameterThatIsNotValid(String parameter) {
        Answer answer = registry.get(PATH + "?" + parameter);

        isProblem(answer, 400, "invalid-input");
        assertThat(answer.json().path("errors").findValuesAsText("field"))
                .containsExactly(parameter.substring(0, parameter.indexOf('=')));
    }

    private List<String> pageThrough(String query, int most) {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            Answer answer = registry.get(PATH + query + cursor);
            assertThat(answer.status()).isEqualTo(200);
            JsonNode page = answer.json();
            List<String> onPage = page.path("registrations").findValuesAsText("node_id");
            // the last may be empty: what was to come has left meanwhile
            assertThat(onPage).hasSizeBetween(page.has("next_cursor") ? 1 : 0, most);
            ids.addAll(onPage);
            cursor = page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").textValue() : null;
        } while (cursor != null);
        return ids;
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static FleetNode node(int number) {
        return new FleetNode(
                PREFIX + "-" + number, FleetNode.TYPES.get(number % 4), FleetNode.Dialect.BRIDGE, number);
    }
}
