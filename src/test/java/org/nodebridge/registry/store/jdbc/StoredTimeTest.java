// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredTimeTest {

    @ParameterizedTest
    @CsvSource({
        "2025-10-03 12:00:30+02, 2025-10-03T10:00:30Z",
        "2025-10-03 10:00:30.000001+00, 2025-10-03T10:00:30.000001Z",
        "1883-01-01 00:53:28+00:53:28, 1883-01-01T00:00:00Z",
        "0001-01-01 00:00:00+00, 0001-01-01T00:00:00Z",
        "9999-12-31 23:59:59+00, 9999-12-31T23:59:59Z"
    })
    void isWrittenInUtcWhereThatCanBe(String stored, String shown) {
        StoredTime time = StoredTime.of(stored);

        assertThat(time).isEqualTo(new StoredTime(shown, Instant.parse(shown), true));
        assertThat(StoredTime.readable(time.text())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "infinity", "-infinity", "4714-11-24 00:00:00+00 BC", "0001-12-31 00:00:00+00 BC", "294276-12-31 23:59:59+00",
        "10000-01-01 00:00:00+00"
    })
    void isShownAsItIsWhereNoProgramShouldHaveWrittenIt(String stored) {
        StoredTime time = StoredTime.of(stored);

        assertThat(time.text()).isEqualTo(stored);
        assertThat(time.plain()).isFalse();
        assertThat(time.instant().toString()).hasSize("2025-10-03T10:00:30Z".length());
        assertThat(StoredTime.readable(stored)).as("PostgreSQL can be asked for what follows it").isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "now", "4714-11-23 00:00:00+00 BC", "0000-01-01 00:00:00+00", "2025-02-30 00:00:00+00", "Infinity",
        "294277-01-01 00:00:00+00", "2025-10-03 10:00:00+99", "2025-10-03 10:00:00+16",
        "2025-10-03 10:00:00-17:59:59", "+10000-01-01T00:00:00Z", "2025-10-03"
    })
    void takesNothingThatPostgresWouldRefuse(String text) {
        assertThat(StoredTime.readable(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2025-10-03 10:00:00+15:59:59", "2025-10-03 10:00:00-15:59"})
    void takesTheZonesThatPostgresTakes(String text) {
        assertThat(StoredTime.readable(text)).isTrue();
    }

    @Test
    void isNothingOfNothing() {
        assertThat(StoredTime.of(null)).isNull();
    }
}
