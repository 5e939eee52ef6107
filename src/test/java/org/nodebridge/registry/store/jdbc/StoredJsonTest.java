// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredJsonTest {

    @ParameterizedTest
    @ValueSource(strings = {"[\"read\", \"write\"]", "\"read\"", "12", "null", "true", "[]", "[{\"a\": \"b\"}]"})
    void whatIsNoObjectHasNoNames(String json) {
        assertThat(StoredJson.isObject(json)).isFalse();
        assertThat(StoredJson.isObjectOf(json, text -> true)).isFalse();
        assertThat(StoredJson.names(json)).isEmpty();
        assertThat(StoredJson.texts(json)).isEmpty();
    }

    @Test
    void knowsTheNamesForAnyValues() {
        String json = "{\"a\": {\"x\": [1]}, \"b\": " + "9".repeat(100_000) + ", \"c\": " + "[".repeat(50_000)
                + "]".repeat(50_000) + ", \"d\": \"" + "x".repeat(21_000_000) + "\", \"" + "n".repeat(60_000)
                + "\": 1e1000}";

        assertThat(StoredJson.names(json).properties()).hasSize(5);
        assertThat(StoredJson.names(json).has("d")).isTrue();
    }

    /** Jackson's table of names fails at 150 of one hash, and such names are made of two pieces of the same hash. */
    @Test
    void knowsNamesOfEqualHash() {
        String json = IntStream.range(0, 1000)
                .mapToObj(number -> "\"" + Integer.toBinaryString(1024 + number).replace("0", "bB").replace("1", "c!")
                        + "\": \"x\"")
                .collect(Collectors.joining(", ", "{", "}"));

        assertThat(StoredJson.names(json)).hasSize(1000);
        assertThat(StoredJson.texts(json)).hasSize(1000);
        assertThat(StoredJson.isObjectOf(json, "x"::equals)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{}", "null", "-1.5", "\"[[\\\"{{\\\\\"", "{\"a\": [1, -2.50, \"}\"], \"b\": {\"c\": true}}"
    })
    void showsWhatOrdinaryReadersRead(String json) {
        assertThat(StoredJson.shown(json)).isSameAs(json);
    }

    @Test
    void showsWhatIsAtTheLimits() throws IOException {
        List<String> most = List.of(
                nested(64), "9".repeat(1000), "{\"" + "n".repeat(50_000 - 1) + "\": 1}",
                "[\"" + "x".repeat(100_000) + "\", {\"a\": 1}]", "[" + "[], ".repeat(200) + "{}]");

        for (String json : most) {
            assertThat(StoredJson.shown(json)).isSameAs(json);
            assertThat(new ObjectMapper().readTree("[[[[" + json + "]]]]").isMissingNode()).isFalse();
        }
        assertThat(StoredJson.shown(null)).isNull();
    }

    @Test
    void saysWhatStandsInTheWayOfOrdinaryReaders() {
        assertThat(StoredJson.shown(nested(65))).isEqualTo("\"omitted, nested deeper than 64 levels\"");
        assertThat(StoredJson.shown("{\"a\": [1" + "0".repeat(100_000) + "]}"))
                .isEqualTo("\"omitted, a number of 100001 digits\"");
        assertThat(StoredJson.shown("-0." + "0".repeat(1000) + "1")).contains("a number of 1004 digits");
        assertThat(StoredJson.shown("{\"" + "n".repeat(50_001) + "\": 1}")).contains("a name of more than 50000");
    }

    private static String nested(int levels) {
        return "{\"a\": ".repeat(levels / 2) + "[".repeat(levels - levels / 2) + "]".repeat(levels - levels / 2)
                + "}".repeat(levels / 2);
    }

    @Test
    void ofOneMemberItTellsWhatItIsAndNothingOfTheOthers() {
        assertThat(StoredJson.only("b", "{\"a\": {\"b\": 1}, \"b\": 20000, \"c\": [1]}").toString())
                .isEqualTo("{\"b\":20000}");
        assertThat(StoredJson.only("b", "{\"b\": \"text\"}").path("b").textValue()).isEqualTo("text");
        assertThat(StoredJson.only("b", "{\"b\": true}").path("b").booleanValue()).isTrue();
        assertThat(StoredJson.only("b", "{\"b\": null}").path("b").isNull()).isTrue();
        assertThat(StoredJson.only("b", "{\"b\": {\"c\": 1}}").toString()).isEqualTo("{\"b\":{}}");
        assertThat(StoredJson.only("b", "{\"b\": [1]}").toString()).isEqualTo("{\"b\":[]}");
        assertThat(StoredJson.only("b", "{\"a\": 1}")).isEmpty();
        assertThat(StoredJson.only("b", "[\"b\"]")).isEmpty();
    }

    @Test
    void textsAreTheMembersThatAreTexts() {
        String json = "{\"a\": \"x\", \"b\": 1, \"c\": null, \"d\": {\"a\": \"y\"}, \"e\": \"\"}";

        assertThat(StoredJson.texts(json)).isEqualTo(Map.of("a", "x", "e", ""));
        assertThat(StoredJson.isObjectOf(json, text -> true)).isFalse();
        assertThat(StoredJson.isObjectOf("{\"a\": \"x\"}", "x"::equals)).isTrue();
        assertThat(StoredJson.isObjectOf("{\"a\": \"x\"}", "y"::equals)).isFalse();
        assertThat(StoredJson.isObjectOf("{}", text -> false)).isTrue();
    }
}
