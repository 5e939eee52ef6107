// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.Limits;
import org.nodebridge.registry.event.WireJson;

class JsonBodyTest {

    @ParameterizedTest
    @ValueSource(strings = {"{} {}", "{}{\"a\": \"b\"}", "{} x", "[]", "{", "null", " ", "7"})
    void refusesWhatIsNotOneObject(String body) {
        assertThatThrownBy(() -> body(body)).isInstanceOf(InvalidInputException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "a\\u0000b", "\\ud800", "\\udc00\\ud800"})
    void refusesTextThatPostgresCannotKeep(String text) {
        JsonBody one = body("{\"a\": \"" + text + "\"}");
        JsonBody list = body("{\"a\": [\"" + text + "\"]}");

        assertThatThrownBy(() -> one.text("a")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> list.texts("a")).isInstanceOf(InvalidInputException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z", "+10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z",
        "0000-06-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"
    })
    void refusesATimeThatNobodyElseHas(String time) {
        assertThatThrownBy(() -> JsonBody.instant("from", time)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void refusesWhatWouldCostMoreThanItWeighs() {
        assertThatThrownBy(() -> body("{\"a\": [" + "[0],".repeat(200_000) + "0]}"))
                .isInstanceOf(InvalidInputException.class).hasMessageContaining("tokens");
        assertThatThrownBy(() -> body("{\"a\": 1e2147483648}")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> body("{\"a\": " + "1".repeat(5000) + "}")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> body("{\"" + "k".repeat(500_000) + "\": 1}"))
                .isInstanceOfSatisfying(InvalidInputException.class,
                        invalid -> assertThat(invalid.errors().get(0).field()).hasSizeLessThan(200));
    }

    /** {@code dry_run} as a proxy reads it must not be another than ours. */
    @Test
    void refusesAMemberThatIsThereTwiceAndNamesIt() {
        assertThatThrownBy(() -> body("{\"a\": {\"b\": 1, \"b\": 2}}"))
                .isInstanceOfSatisfying(InvalidInputException.class, invalid -> {
                    assertThat(invalid.errors().get(0).field()).isEqualTo("a.b");
                    assertThat(invalid.errors().get(0).message()).isEqualTo("is there twice");
                });
    }

    @Test
    void readsABodyBehindAByteOrderMark() {
        assertThat(body("\uFEFF{\"a\": \"b\"}").text("a")).isEqualTo("b");
    }

    @Test
    void readsATimeInAnyZone() {
        assertThat(JsonBody.instant("from", "2026-01-31T12:00:00+02:00"))
                .isEqualTo(Instant.parse("2026-01-31T10:00:00Z"));
    }

    /** It would be of the year 10000 once it is stored. */
    @Test
    void keepsNoMoreOfATimeThanPostgresDoes() {
        assertThat(JsonBody.instant("until", "9999-12-31T23:59:59.9999999Z"))
                .isEqualTo(Instant.parse("9999-12-31T23:59:59.999999Z"));
    }

    private static JsonBody body(String text) {
        return new JsonBody(WireJson.ofUniqueMembers(Limits.DEFAULT), text.getBytes(UTF_8), Set.of("a"));
    }
}
