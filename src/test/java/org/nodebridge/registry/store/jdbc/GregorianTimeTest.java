// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GregorianTimeTest {

    @ParameterizedTest
    @CsvSource({
        "0000-12-30T00:00:00Z, 0001-01-01T00:00:00Z", "1582-10-14T23:59:59.123456Z, 1582-10-04T23:59:59.123456Z",
        "1582-10-15T00:00:00Z, 1582-10-15T00:00:00Z", "1969-12-31T23:59:59Z, 1969-12-31T23:59:59Z",
        "2026-01-31T12:00:00.000001Z, 2026-01-31T12:00:00.000001Z", "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z"
    })
    void isTheTimeThatPostgresGave(Instant fromTimestamp, Instant given) {
        assertThat(GregorianTime.of(fromTimestamp)).isEqualTo(given);
    }

    /** As the driver makes it of PostgreSQL's text. */
    @Test
    void undoesWhatTheCalendarOfATimestampDoes() {
        for (int year = 1; year < 1582; year += 7) {
            Calendar driver = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
            driver.clear();
            driver.set(year, Calendar.MARCH, 1, 10, 11, 12);
            Instant read = new Timestamp(driver.getTimeInMillis()).toInstant();

            assertThat(GregorianTime.of(read)).hasToString(String.format("%04d-03-01T10:11:12Z", year));
        }
    }

    @Test
    void isNoneForNone() {
        assertThat(GregorianTime.of(null)).isNull();
    }
}
