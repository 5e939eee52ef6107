// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTimeTest {

    private static final String ALPHABET = "0123456789-:T .+x\u0663";

    @ParameterizedTest
    @CsvSource({
        "2025-10-03T12:34:56Z, 2025-10-03T12:34:56Z",
        "2025-10-03T12:34:56.1Z, 2025-10-03T12:34:56.100Z",
        "2025-10-03T12:34:56.000001Z, 2025-10-03T12:34:56.000001Z",
        "2025-10-03 12:34:56.123456789, 2025-10-03T12:34:56.123456789Z",
        "2024-02-29T23:59:59+00:00, 2024-02-29T23:59:59Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
        "0000-12-31T23:00:00-01:00, 0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z, 9999-12-31T23:59:59.999999999Z",
        "2025-10-03T12:34, 2025-10-03T12:34:00Z",
    })
    void readsTheTime(String text, Instant time) {
        assertThat(WireTime.parse(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "2025-02-29T12:00:00", "2025-04-31T12:00:00", "2025-00-01T12:00:00", "2025-10-00T12:00:00",
        "2025-10-03T24:00:00", "2025-10-03T12:60:00", "2025-10-03T12:00:60", "2025-10-03T12:00:00.1234567890",
        "2025-10-03T12:00:00,5", "2025-10-03Z", "2025-10-03z", "2025-10-03 Z", "2025-10-03T", "2025-10-03TZ",
        "2025-10-03+01:00", "2025-10-03T+01:00", "2025-10-03T12", "2025-10-03T12:00:00+", "2025-10-03T12:00:00-",
        "2025-10-03T12:00:00+99:00", "2025-10-03T12:00:00+18:01", "2025-10-03T12:00:00+ab:cd",
        "2025-10-03T12:00:00+01:00:00:00", "2025-10-03T12:00:00ZZ", "2025-10-03T12:00:00+01:00Z",
        "2025-10-03T23:59:60Z",
        "2025-10-03T12:00:00 UTC", "2025-10-03T12:00:00[Europe/Berlin]", "2025-10-03T12:00:00Z[UTC]",
        "2025-W40-5T12:00:00",
        "0000-01-01T00:00:00Z", "0000-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "-0001-01-01T00:00:00Z", "-999-01-01T00:00:00Z", "+10000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "infinity",
        "", "-", "Z", "0", "----------------", "1759494896",
        "2025-10-03x12:00:00", "2025-10-03  2:00:00", "\u0662025-10-03T12:00:00"})
    void refusesWhatIsNoTime(String text) {
        assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> WireTime.parse(text));
    }

    /** The usual form is read without the JDK's formatter, and must never be read otherwise. */
    @Test
    void agreesWithTheFormatter() {
        Random random = new Random(20251003);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("2025-10-03T12:34:56.123456".substring(0, 16 + random.nextInt(11)));
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                text.setCharAt(random.nextInt(text.length()), ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            String time = text.toString();
            if (!WireTime.hasZone(time)) {
                assertThat(read(time)).as(time).isEqualTo(byFormatter(time));
            }
        }
    }

    private static Object read(String text) {
        try {
            return WireTime.parse(text);
        } catch (DateTimeException noTime) {
            return "no time";
        }
    }

    private static Object byFormatter(String text) {
        String withT = text.charAt(10) == ' ' ? text.substring(0, 10) + 'T' + text.substring(11) : text;
        try {
            return LocalDateTime.parse(withT, DateTimeFormatter.ISO_LOCAL_DATE_TIME).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException noTime) {
            return "no time";
        }
    }
}
