// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.region.RemoteRowsRepository.RegionRow;

class LinkStateTest {

    @ParameterizedTest
    @CsvSource(nullValues = "never", textBlock = """
            # silent for, looked for, lag, complete, state
            never, never, 0, true,  UNREACHABLE
            never, 1,     0, true,  UNREACHABLE
            30.5,  1,     0, true,  UNREACHABLE
            30.5,  1,     9, false, UNREACHABLE
            30,    1,     0, true,  CONNECTED
            1,     never, 0, true,  CONNECTED
            1,     30,    0, true,  CONNECTED
            1,     30.5,  0, true,  BEHIND
            1,     1,     1, true,  BEHIND
            1,     1,     0, false, BEHIND
            """)
    void isOfSilenceFirstThenOfWhatIsNotReadYet(
            Double silentFor, Double lookedFor, long lag, boolean complete, LinkState state) {
        RegionRow row = new RegionRow(
                "us", new UUID(1, 2), "us", "registry-us", new UUID(3, 4), 7, complete, lag, false, 0, 0, null, null,
                null, null, 0, 0, silentFor, lookedFor);

        assertThat(LinkState.of(row, Duration.ofSeconds(30))).isEqualTo(state);
    }
}
