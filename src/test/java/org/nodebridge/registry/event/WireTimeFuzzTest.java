// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.fuzz.Bounded;
import org.nodebridge.registry.fuzz.Texts;

class WireTimeFuzzTest {

    @MethodSource("seeds")
    @FuzzTest
    void everyTextIsATimeThatReadsBackOrRefused(byte[] input) {
        for (String text : Texts.of(input)) {
            Instant time = Bounded.time(() -> timeOrNull(text));
            if (time != null) {
                assertThat(time.toString()).as(text).matches("[0-9+-]?\\d+-.*Z");
                assertThat(WireTime.parse(time.toString())).isEqualTo(time);
            }
        }
    }

    /** A {@link DateTimeException} is the promised refusal; any other exception fails the test. */
    private static Instant timeOrNull(String text) {
        try {
            WireTime.hasZone(text);
            return WireTime.parse(text);
        } catch (DateTimeException refused) {
            return null;
        }
    }

    static Stream<byte[]> seeds() {
        return Texts.seeds(
                "2025-10-03T12:00:00Z", "2025-10-03 12:00:00", "2025-10-03T12:00:00.123456+00:00", "2025-10-03T12:00z",
                "2025-10-03Z", "2025-10-03", "2025-10-03T", "2025-10-03TZ", "2025-10-03T12:00:00+18:00",
                "2025-10-03T12:00:00+18:01", "2025-10-03T12:00:00-0100", "0000-01-01T00:00:00Z",
                "0001-01-01T00:00:00+18:00", "9999-12-31T23:59:59.999999999-18:00", "2025-13-01T00:00:00Z",
                "2025-02-29T00:00:00Z", "2024-02-29T24:00:00Z", "2025-10-03T12:00:00.", "2025-10-03T12:00:00.Z",
                "2025-10-03T12:00:00." + "1".repeat(1000), "+2025-10-03T12:00:00Z", "-2025-10-03T12:00:00Z",
                "\u0662\u0660\u0662\u0665-10-03T12:00:00Z", "Z", "", "+", "----------");
    }
}
