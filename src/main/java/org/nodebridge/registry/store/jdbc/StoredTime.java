// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time as PostgreSQL keeps it, which can be one that no program should have written: infinite, or of a year that
 * ISO-8601 cannot write with four digits.
 *
 * @param text ISO-8601 in UTC where that can write it; otherwise as PostgreSQL writes it
 * @param instant the time; of one that is not plain, the nearest that is
 * @param plain whether it is a time of the years 1 to 9999
 */
public record StoredTime(@JsonValue String text, Instant instant, boolean plain) {

    /**
     * No time that the registry writes lies further ahead, not even the end of a lease of a year. One that does is of
     * another program, whether {@code infinity} or what stands for it, such as the end of the year 9999, and is none.
     */
    public static final Duration PLAUSIBLE_AHEAD = Duration.ofDays(2L * 365);

    /** The same in SQL. */
    public static final String END_OF_PLAUSIBLE = "(now() + INTERVAL '" + PLAUSIBLE_AHEAD.toDays() + " days')";

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** PostgreSQL's own bounds; it refuses to read another time. */
    private static final Instant EARLIEST_STORED = Instant.parse("-4713-11-24T00:00:00Z");

    private static final Instant LATEST_STORED = Instant.parse("+294276-12-31T23:59:59.999999Z");

    /** PostgreSQL refuses to read an offset from there on, in seconds. */
    private static final int END_OF_ZONES = 16 * 3600;

    private static final Pattern WRITTEN =
            Pattern.compile("(\\d{4,6})-(\\d\\d)-(\\d\\d) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?)"
                    + "([+-]\\d\\d(?::\\d\\d(?::\\d\\d)?)?)( BC)?");

    /**
     * Reads what PostgreSQL writes.
     *
     * @param text a {@code timestamptz} as text, in any time zone, or {@code null}
     * @return {@code null} for {@code null}
     */
    public static StoredTime of(String text) {
        if (text == null) {
            return null;
        }
        Instant time = parsed(text);
        if (time == null) {
            return new StoredTime(text, text.startsWith("-") || text.endsWith("BC") ? EARLIEST : LATEST, false);
        }
        if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
            return new StoredTime(text, time.isBefore(EARLIEST) ? EARLIEST : LATEST, false);
        }
        return new StoredTime(time.toString(), time, true);
    }

    /**
     * A time of the years 1 to 9999.
     *
     * @return {@code null} for {@code null}
     */
    public static StoredTime at(Instant time) {
        return time == null ? null : new StoredTime(time.toString(), time, true);
    }

    /** Whether PostgreSQL can read the text as a time, in a form in which {@link #text} gives one. */
    public static boolean readable(String text) {
        if (text.equals("infinity") || text.equals("-infinity") || parsed(text) != null) {
            return true;
        }
        try {
            Instant time = Instant.parse(text);
            return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static Instant parsed(String text) {
        Matcher written = WRITTEN.matcher(text);
        if (!written.matches()) {
            return null;
        }
        try {
            int year = Integer.parseInt(written.group(1));
            if (year == 0) {
                return null; // there is none
            }
            LocalDate date = LocalDate.of(
                    written.group(6) == null ? year : 1 - year, Integer.parseInt(written.group(2)),
                    Integer.parseInt(written.group(3)));
            ZoneOffset zone = ZoneOffset.of(written.group(5));
            if (Math.abs(zone.getTotalSeconds()) >= END_OF_ZONES) {
                return null;
            }
            Instant time = LocalDateTime.of(date, LocalTime.parse(written.group(4))).toInstant(zone);
            return time.isBefore(EARLIEST_STORED) || time.isAfter(LATEST_STORED) ? null : time;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
