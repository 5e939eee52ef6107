// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.RECORDED;
import static org.nodebridge.registry.event.dialect.WireSamples.errors;
import static org.nodebridge.registry.event.dialect.WireSamples.payload;
import static org.nodebridge.registry.event.dialect.WireSamples.read;
import static org.nodebridge.registry.event.dialect.WireSamples.utf8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;

/** Ids that look like another one, or like nothing, are refused by name; all other text is an id. */
class NodeIdTest {

    @ParameterizedTest
    @CsvSource({
        "'a\nb', 'holds a control character, U+000A'", "'a\rb', 'holds a control character, U+000D'",
        "'a\tb', 'holds a control character, U+0009'", "'a\u007fb', 'holds a control character, U+007F'",
        "'a\u0085b', 'holds a control character, U+0085'",
        "'a\u202eb', 'holds an invisible format character, U+202E'",
        "'a\u2066b', 'holds an invisible format character, U+2066'",
        "'a\u200bb', 'holds an invisible format character, U+200B'",
        "'a\u200db', 'holds an invisible format character, U+200D'",
        "'\ufeffab', 'holds an invisible format character, U+FEFF'",
        "'a\u00adb', 'holds an invisible format character, U+00AD'",
        "'a\u2028b', 'holds a line break, U+2028'", "'a\u2029b', 'holds a line break, U+2029'",
        "'a\ue000b', 'holds a private-use character, U+E000'",
        "'a\uffffb', 'holds an unassigned character, U+FFFF'",
        "'a\u2800b', 'holds an invisible character, U+2800'", "'\u2800', 'holds an invisible character, U+2800'",
        "'a\u3164b', 'holds an invisible character, U+3164'", "'a\ufe0fb', 'holds an invisible character, U+FE0F'",
        "' ab', 'begins or ends with white space, U+0020'", "'ab ', 'begins or ends with white space, U+0020'",
        "'ab\u00a0', 'begins or ends with white space, U+00A0'",
        "'\u3000ab', 'begins or ends with white space, U+3000'"
    })
    void refusesWhatAPersonCannotSee(String id, String message) {
        for (String sample : new String[] {"bridge_introspection_effect", "bridge_heartbeat",
            "bridge_plan_tombstone"}) {
            ObjectNode record = WireSamples.tree(sample);
            payload(record).put("node_id", id);

            NodeEvent event =
                    WireSamples.LENIENT.read(WireSamples.topicOf(sample), utf8(record), RECORDED, RECEIVED);

            assertThat(errors(event)).as(sample).containsExactly(new FieldError("payload.node_id", message));
        }
        ObjectNode bare = payload(WireSamples.tree("bridge_introspection_effect")).put("node_id", id);
        assertThat(errors(WireSamples.LENIENT.readIntroduction(utf8(bare), RECEIVED)))
                .containsExactly(new FieldError("node_id", message));
    }

    /** Unicode's default ignorable code points, and the blanks among letters, marks and symbols. */
    @ParameterizedTest
    @ValueSource(
            strings = {"ad", "34f", "61c", "115f-1160", "16fe4", "17b4-17b5", "180b-180f", "200b-200f", "202a-202e",
                "2060-206f", "2800", "3164", "fe00-fe0f", "feff", "ffa0", "fff0-fff8", "13441-13442", "1bca0-1bca3",
                "1d159", "1d173-1d17a", "e0000-e0fff"})
    void refusesWhatRendersAsNothing(String range) {
        int[] ends = Stream.of(range.split("-")).mapToInt(end -> Integer.parseInt(end, 16)).toArray();

        assertThat(IntStream.rangeClosed(ends[0], ends[ends.length - 1]))
                .allSatisfy(c -> assertThat(Characters.problem("a" + Character.toString(c))).startsWith("holds "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {".", "..", "watch", "a b", "a/b", "é", "узел-1", "节点", "a%2Fb", "'; DROP TABLE x", "😀", "-"})
    void takesAnyOtherText(String id) {
        ObjectNode introduction = WireSamples.tree("bridge_introspection_effect");
        payload(introduction).put("node_id", id);
        ObjectNode heartbeat = WireSamples.tree("bridge_heartbeat");
        payload(heartbeat).put("node_id", id);
        ObjectNode departure = WireSamples.tree("bridge_plan_tombstone");
        payload(departure).put("node_id", id);

        assertThat(read(introduction)).isInstanceOf(Introduced.class);
        assertThat(read(heartbeat)).isInstanceOf(Heartbeat.class);
        assertThat(read(departure)).isInstanceOf(Departed.class);
    }

    /** The same rule for all that is shown beside the id; what is free text is kept. */
    @Test
    void refusesTheSameInEveryShortText() {
        String hidden = "a\u202eb";
        ObjectNode record = WireSamples.tree("bridge_introspection_effect");
        ObjectNode node = payload(record);
        for (String label : List.of("node_role", "node_version", "network_id", "deployment_id", "correlation_id")) {
            node.put(label, hidden);
        }
        node.putObject("capabilities").put(hidden, hidden);
        node.putObject("endpoints").put(hidden, "http://a:1/");
        record.put("environment", hidden);
        node.putObject("metadata").put("region", " b ").put("note", hidden);

        assertThat(errors(read(record))).extracting(FieldError::field).containsExactlyInAnyOrder(
                "payload.node_role", "payload.node_version", "payload.network_id", "payload.deployment_id",
                "payload.correlation_id", "payload.capabilities.a\ufffdb", "payload.endpoints.a\ufffdb",
                "environment", "payload.metadata.region");

        ObjectNode free = WireSamples.tree("bridge_introspection_effect");
        payload(free).putObject("capabilities").put("text", hidden);
        payload(free).putObject("metadata").put("note", hidden);
        assertThat(read(free)).isInstanceOf(Introduced.class);
    }

    /** One that is registered already is renewed and removed over HTTP. */
    @ParameterizedTest
    @ValueSource(strings = {"a\u202eb", " a ", "\u2800"})
    void renewsANodeThatIsRegisteredUnderSuchAnId(String id) {
        assertThat(WireSamples.LENIENT.readHeartbeat(new byte[0], id, RECEIVED)).isInstanceOf(Heartbeat.class);
    }
}
