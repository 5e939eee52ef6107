// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.store.RegistrationOrder;
import org.nodebridge.registry.store.RegistrationOrder.Place;

class RegistrationsCursorTest {

    private static final List<String> FILTERS = List.of("node_type=effect", "q=x");

    private static RegistrationOrder order(String name) {
        return RegistrationOrder.ofWireName(name).orElseThrow();
    }

    private static String raw(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "node_id, n", "-node_id, 'ü/ \"quoted\" 🛰'", "-updated_at, 2026-01-02T03:04:05.123456Z",
        "last_heartbeat, -infinity", "health, warning", "-status, draining"
    })
    void givesBackThePlaceThatItWasMadeOf(String sort, String value) {
        Place place = new Place(value, "node/ ü\"1");

        String cursor = RegistrationsCursor.encode(place, order(sort), false, FILTERS);

        assertThat(cursor).matches("[A-Za-z0-9_-]+");
        assertThat(RegistrationsCursor.decode(cursor, order(sort), false, FILTERS)).isEqualTo(place);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-node_id", "health", "updated_at"})
    void saysThatItIsOfAnotherSort(String sort) {
        String cursor = RegistrationsCursor.encode(new Place("n", "n"), order("node_id"), false, FILTERS);

        assertThatThrownBy(() -> RegistrationsCursor.decode(cursor, order(sort), false, FILTERS))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("sorted by node_id, not by " + sort);
    }

    @Test
    void saysThatItIsOfAnotherScope() {
        Place place = new Place("n", "n", "us");
        String ofAll = RegistrationsCursor.encode(place, order("node_id"), true, FILTERS);
        String ofOurs = RegistrationsCursor.encode(place, order("node_id"), false, FILTERS);

        assertThat(RegistrationsCursor.decode(ofAll, order("node_id"), true, FILTERS)).isEqualTo(place);
        assertThatThrownBy(() -> RegistrationsCursor.decode(ofAll, order("node_id"), false, FILTERS))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("with scope=all, not with scope=local");
        assertThatThrownBy(() -> RegistrationsCursor.decode(ofOurs, order("node_id"), true, FILTERS))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("with scope=local, not with scope=all");
    }

    @Test
    void saysThatItIsOfOtherFilters() {
        String cursor = RegistrationsCursor.encode(new Place("n", "n"), order("node_id"), false, FILTERS);

        assertThatThrownBy(() -> RegistrationsCursor.decode(cursor, order("node_id"), false, List.of("q=x")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("other filters");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "[]", "{}", "null", "7", "[\"node_id\"]", "[\"colour\",\"d\",\"v\",\"n\"]",
        "[\"node_id\",\"d\",null,\"n\"]",
        "[\"node_id\",\"d\",\"v\",\"\\u0000\"]", "[\"node_id\",\"d\",\"v\",\"\\ud800\"]",
        "[\"node_id\",\"d\",\"v\",[\"n\"]]", "[\"updated_at\",\"d\",\"yesterday\",\"n\"]",
        "[\"updated_at\",\"d\",\"infinite\",\"n\"]", "[\"updated_at\",\"d\",\"+1000000000-01-01T00:00:00Z\",\"n\"]"
    })
    void refusesWhatIsNoCursor(String json) {
        assertThatThrownBy(() -> RegistrationsCursor.decode(raw(json), order("node_id"), false, FILTERS))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("next_cursor of an earlier page");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "_", "AAAA", "_w", "ü", "a b"})
    void refusesWhatIsNotEvenEncoded(String cursor) {
        assertThatThrownBy(() -> RegistrationsCursor.decode(cursor, order("node_id"), false, FILTERS))
                .isInstanceOf(InvalidInputException.class);
    }
}
