// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventVersionTest {

    private static final String LOW = "00000000-0000-4000-8000-000000000000";
    private static final String HIGH = "f0000000-0000-4000-8000-000000000000";

    @ParameterizedTest
    @CsvSource({
        "a higher epoch beats a later time,        2, 10, " + LOW + ",  1, 20, " + HIGH + ", true,  false",
        "within an epoch the later time wins,      1, 20, " + LOW + ",  1, 10, " + HIGH + ", true,  false",
        "at one time the higher id wins,           1, 10, " + HIGH + ", 1, 10, " + LOW + ",  true,  false",
        "the same event replaces nothing,          1, 10, " + LOW + ",  1, 10, " + LOW + ",  false, false",
        "without an epoch on one side time counts,  , 20, " + LOW + ",  9, 10, " + HIGH + ", true,  false",
        "without an epoch on both time counts,      , 20, " + LOW + ",   , 10, " + HIGH + ", true,  false",
        "epoch 0 is an epoch,                      1, 10, " + LOW + ",  0, 20, " + LOW + ",  true,  false",
    })
    void decidesByEpochThenTimeThenId(
            String rule, Long epoch, int second, UUID id, Long otherEpoch, int otherSecond, UUID otherId,
            boolean supersedes, boolean superseded) {
        EventVersion one = new EventVersion(epoch, Instant.ofEpochSecond(second), id);
        EventVersion other = new EventVersion(otherEpoch, Instant.ofEpochSecond(otherSecond), otherId);

        assertThat(one.supersedes(other)).as(rule).isEqualTo(supersedes);
        assertThat(other.supersedes(one)).as(rule).isEqualTo(superseded);
    }

    @Test
    void keepsNoMoreOfTheTimeThanPostgresDoes() {
        EventVersion version = new EventVersion(null, Instant.parse("2026-01-01T00:00:00.123456789Z"), new UUID(0, 0));

        assertThat(version.eventTime()).isEqualTo("2026-01-01T00:00:00.123456Z");
    }
}
