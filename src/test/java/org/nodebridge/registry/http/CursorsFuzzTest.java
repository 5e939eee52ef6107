// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.deadletter.DeadLettersCursor;
import org.nodebridge.registry.drift.Drift;
import org.nodebridge.registry.drift.DriftCursor;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.fuzz.Bounded;
import org.nodebridge.registry.fuzz.Texts;
import org.nodebridge.registry.http.page.Cursor;
import org.nodebridge.registry.registration.api.RegistrationsCursor;
import org.nodebridge.registry.store.RegistrationOrder;
import org.nodebridge.registry.store.RegistrationOrder.Place;

class CursorsFuzzTest {

    private static final RegistrationOrder BY_TIME = RegistrationOrder.ofWireName("-updated_at").orElseThrow();

    @MethodSource("seeds")
    @FuzzTest
    void everyCursorIsAPlaceOrNamedAsNone(byte[] input) {
        for (String text : Stream.concat(Texts.of(input).stream(), Stream.of(encoded(input))).toList()) {
            Cursor cursor = placeOrNull(Cursor::decode, text);
            assertThat(cursor == null || Storable.text(cursor.lastNodeId())).isTrue();
            assertThat(cursor == null || cursor.equals(Cursor.decode(cursor.encoded()))).isTrue();
            Drift.Key key = placeOrNull(DriftCursor::decode, text);
            assertThat(key == null || key.equals(DriftCursor.decode(DriftCursor.encode(key)))).isTrue();
            Map<TopicPartition, Long> letters = placeOrNull(DeadLettersCursor::decode, text);
            assertThat(letters == null
                    || letters.equals(DeadLettersCursor.decode(DeadLettersCursor.encoded(letters)))).isTrue();
            for (RegistrationOrder order : List.of(RegistrationOrder.BY_NODE_ID, BY_TIME)) {
                Place place = placeOrNull(cursorText -> RegistrationsCursor.decode(cursorText, order, false, List.of()),
                        text);
                if (place != null) {
                    assertThat(Storable.text(place.nodeId())).isTrue();
                    assertThat(RegistrationsCursor.decode(
                            RegistrationsCursor.encode(place, order, false, List.of()), order, false, List.of()))
                            .isEqualTo(place);
                }
            }
        }
    }

    private static <T> T placeOrNull(Function<String, T> decode, String text) {
        return Bounded.time(() -> {
            try {
                return decode.apply(text);
            } catch (InvalidInputException refused) {
                assertThat(refused.errors()).singleElement()
                        .satisfies(error -> assertThat(error.field()).isEqualTo("cursor"));
                return null;
            }
        });
    }

    private static String encoded(byte[] input) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(input);
    }

    static Stream<byte[]> seeds() {
        String digest = new String(
                Base64.getUrlDecoder().decode(RegistrationsCursor.encode(
                        new Place("2026-01-01T00:00:00Z", "node-1"), BY_TIME, false, List.of())),
                StandardCharsets.UTF_8);
        return Texts.seeds(
                new Cursor("node-1").encoded(), "node-1", "a\u001fb\u001fc", "missing\u001fconsul-1\u001fnode-1",
                "topic.dlq:0:1 topic.dlq:1:2", "t:999999999:999999999999999999", "t:0:1 t:0:1 ", " ", "", "=", "%",
                digest, digest.replace("2026-01-01", "+999999999-01-01"), digest.replace("2026-01-01", "-4713-01-01"),
                digest.replace("\"node-1\"", "1e2147483648"), digest.replace("\"node-1\"", "[".repeat(3000)),
                "[\"node_id\",null,\"\",\"\"]", "[\"node_id\",\"\",\"\\u0000\",\"\\ud800\"]", "null", "[]", "{}");
    }
}
