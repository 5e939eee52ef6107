// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** ISO-8601 times as Python and Java write them: {@code T} or a space between, an offset, {@code Z} or nothing. */
final class WireTime {

    private static final String USUAL_FORM = "0000-00-00T00:00:00";
    private static final int SECONDS_END = USUAL_FORM.length();
    private static final int DATE_LENGTH = "2025-10-03".length();
    private static final int NANO_DIGITS = 9;

    /** What a time must be, for a person. */
    static final String RULE =
            "must be an ISO-8601 time of the years 1 to 9999 with a fraction of " + NANO_DIGITS + " digits at most";

    private static final int LONGEST = "0000-00-00T00:00:00.000000000+00:00:00".length();

    /** PostgreSQL has no year 0, and its driver no text for a year before that or of five digits. */
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private WireTime() {}

    static boolean hasZone(String text) {
        return zoneStart(text) < text.length();
    }

    /**
     * Reads a time; one without a zone is UTC.
     *
     * @throws DateTimeException when it is no time, or not of the years 1 to 9999 in UTC
     */
    static Instant parse(String text) {
        if (text.length() <= DATE_LENGTH || text.length() > LONGEST || text.charAt(4) != '-') {
            throw new DateTimeException("no date and time");
        }
        int zoneStart = zoneStart(text);
        ZoneOffset zone = ZoneOffset.UTC;
        if (zoneStart < text.length() && Character.toUpperCase(text.charAt(zoneStart)) != 'Z') {
            zone = ZoneOffset.of(text.substring(zoneStart));
        }
        LocalDateTime usual = ofUsualForm(text, zoneStart);
        Instant time = (usual == null ? ofAnyForm(text.substring(0, zoneStart)) : usual).toInstant(zone);
        if (!isKept(time)) {
            throw new DateTimeException("not of the years 1 to 9999");
        }
        return time;
    }

    /** Whether every part of the registry and PostgreSQL read and write the time alike. */
    static boolean isKept(Instant time) {
        return !time.isBefore(FIRST) && time.isBefore(END);
    }

    private static LocalDateTime ofAnyForm(String local) {
        if (local.length() <= DATE_LENGTH) {
            throw new DateTimeException("no time of day");
        }
        String withT = local.charAt(DATE_LENGTH) == ' '
                ? local.substring(0, DATE_LENGTH) + 'T' + local.substring(DATE_LENGTH + 1)
                : local;
        return LocalDateTime.parse(withT, DateTimeFormatter.ISO_LOCAL_DATE_TIME);
    }

    /**
     * The time when it has seconds and at most nine digits of their fraction, as nearly all have, and {@code null} for
     * any other form. The JDK's formatter takes ten times as long for the same, which was a tenth of the time of an
     * announcement that says nothing new.
     */
    private static LocalDateTime ofUsualForm(String text, int end) {
        if (end < SECONDS_END || end == SECONDS_END + 1 || end > SECONDS_END + 1 + NANO_DIGITS) {
            return null;
        }
        for (int i = 0; i < end; i++) {
            char wanted = i < SECONDS_END ? USUAL_FORM.charAt(i) : i == SECONDS_END ? '.' : '0';
            char c = text.charAt(i);
            boolean fits = wanted == '0' ? c >= '0' && c <= '9' : c == wanted || wanted == 'T' && c == ' ';
            if (!fits) {
                return null;
            }
        }
        int nanos = end > SECONDS_END ? number(text, SECONDS_END + 1, end) : 0;
        for (int digits = end - SECONDS_END - 1; nanos > 0 && digits < NANO_DIGITS; digits++) {
            nanos *= 10;
        }
        return LocalDateTime.of(
                number(text, 0, 4), number(text, 5, 7), number(text, 8, 10),
                number(text, 11, 13), number(text, 14, 16), number(text, 17, 19), nanos);
    }

    private static int number(String text, int start, int end) {
        return Integer.parseInt(text, start, end, 10);
    }

    private static int zoneStart(String text) {
        int last = text.length() - 1;
        if (last >= 0 && (text.charAt(last) == 'Z' || text.charAt(last) == 'z')) {
            return last;
        }
        for (int i = last; i > DATE_LENGTH; i--) {
            if (text.charAt(i) == '+' || text.charAt(i) == '-') {
                return i;
            }
        }
        return text.length();
    }
}
