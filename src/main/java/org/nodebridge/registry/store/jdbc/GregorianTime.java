// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.Locale;
import java.util.TimeZone;

/**
 * Times as PostgreSQL means them. The driver makes a {@link java.sql.Timestamp} by the Julian calendar for what was
 * before 15 October 1582, while PostgreSQL and {@link Instant} have the Gregorian one at all times: year 1 came back
 * two days early, in year 0.
 */
public final class GregorianTime {

    private static final Instant CHANGE = Instant.parse("1582-10-15T00:00:00Z");

    private GregorianTime() {}

    /** The time that PostgreSQL gave, of what has gone through a {@link java.sql.Timestamp}; {@code null} for none. */
    public static Instant of(Instant fromTimestamp) {
        if (fromTimestamp == null || !fromTimestamp.isBefore(CHANGE)) {
            return fromTimestamp;
        }
        Calendar julian = new GregorianCalendar(TimeZone.getTimeZone("UTC"), Locale.ROOT);
        julian.setTimeInMillis(fromTimestamp.toEpochMilli());
        if (julian.get(Calendar.ERA) == GregorianCalendar.BC) {
            return fromTimestamp; // no event has such a time
        }
        return LocalDateTime.of(
                julian.get(Calendar.YEAR), julian.get(Calendar.MONTH) + 1, julian.get(Calendar.DAY_OF_MONTH),
                julian.get(Calendar.HOUR_OF_DAY), julian.get(Calendar.MINUTE), julian.get(Calendar.SECOND),
                fromTimestamp.get(ChronoField.NANO_OF_SECOND))
                .toInstant(ZoneOffset.UTC);
    }
}
