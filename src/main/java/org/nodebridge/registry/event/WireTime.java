// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** ISO-8601 times as Python and Java write them: {@code T} or a space between, an offset, {@code Z} or nothing. */
final class WireTime {

    private static final int DATE_LENGTH = "2025-10-03".length();

    private WireTime() {}

    static boolean hasZone(String text) {
        return zoneStart(text) < text.length();
    }

    /**
     * Reads a time; one without a zone is UTC.
     *
     * @throws DateTimeException when it is no time, or not of the years 0 to 9999
     */
    static Instant parse(String text) {
        if (text.length() <= DATE_LENGTH || text.charAt(4) != '-') {
            throw new DateTimeException("no date and time");
        }
        int zoneStart = zoneStart(text);
        String local = text.substring(0, zoneStart);
        if (local.charAt(DATE_LENGTH) == ' ') {
            local = local.substring(0, DATE_LENGTH) + 'T' + local.substring(DATE_LENGTH + 1);
        }
        ZoneOffset zone = ZoneOffset.UTC;
        if (zoneStart < text.length() && Character.toUpperCase(text.charAt(zoneStart)) != 'Z') {
            zone = ZoneOffset.of(text.substring(zoneStart));
        }
        return LocalDateTime.parse(local, DateTimeFormatter.ISO_LOCAL_DATE_TIME).toInstant(zone);
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
