package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.isProblem;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
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
        eventually().until(() -> registry.stores().rowsOf(PREFIX).size() == NODES);
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

        JsonNode second = registry.get(PATH + "?limit=1&cursor=" + first.path("next_cursor").textValue()).json();
        assertThat(second.at("/registrations/0/node_id").textValue())
                .isEqualTo(registry.get(PATH + "?limit=1").json().at("/registrations/0/node_id").textValue())
                .isNotEqualTo(leaving);
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
        JsonNode listed = registry.get(PATH + "?limit=1").json().at("/registrations/0");

        JsonNode alone = registry.get(PATH + "/" + Registry.encoded(listed.path("node_id").textValue())).json();

        assertThat(new TreeSet<>(names(alone))).isEqualTo(new TreeSet<>(names(listed)));
        assertThat(alone.path("endpoints")).isEqualTo(listed.path("endpoints"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "node_type=gateway", "node_type=", "node_type=EFFECT", "limit=0", "limit=1001", "limit=many", "limit=",
        "cursor=%25", "cursor=_", "cursor=AAAA", "cursor=_w"
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
            assertThat(onPage).hasSizeBetween(1, most);
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
