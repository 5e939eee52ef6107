// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.region.RegionsView.LinkView;
import org.nodebridge.registry.region.RemoteRowsRepository.RegionRow;

class LinkStateTest {

    private static final Duration SILENCE = Duration.ofSeconds(30);

    @ParameterizedTest
    @CsvSource(nullValues = "never", textBlock = """
            # silent for, looked for, lag, complete, newest, state, revisions behind
            never, never, 0, true,  7,     UNREACHABLE, never
            never, 1,     0, true,  7,     UNREACHABLE, never
            30.5,  1,     0, true,  7,     UNREACHABLE, never
            30.5,  1,     9, false, 7,     UNREACHABLE, never
            30,    1,     0, true,  7,     CONNECTED,   0
            1,     never, 0, true,  7,     CONNECTED,   0
            1,     30,    0, true,  7,     CONNECTED,   0
            1,     30.5,  0, true,  7,     BEHIND,      never
            1,     1,     0, true,  3,     CONNECTED,   0
            1,     1,     0, true,  never, CONNECTED,   0
            1,     1,     1, true,  7,     BEHIND,      never
            1,     1,     9, true,  12,    BEHIND,      5
            1,     1,     9, true,  never, BEHIND,      never
            1,     1,     9, true,  3,     BEHIND,      never
            1,     1,     9, false, 12,    BEHIND,      never
            1,     1,     0, false, 7,     BEHIND,      never
            """)
    void isOfSilenceFirstThenOfWhatIsNotReadYet(
            Double silentFor, Double lookedFor, long lag, boolean complete, Long newest, LinkState state,
            Long revisionsBehind) {
        RegionRow row = row(silentFor, lookedFor, lag, complete, newest);

        assertThat(LinkState.of(row, SILENCE)).isEqualTo(state);
        LinkView shown = LinkView.of(row, "us.registrations.v1", SILENCE, 3, true);
        assertThat(shown.state()).isEqualTo(state.wireName());
        assertThat(shown.revisionsBehind()).isEqualTo(revisionsBehind);
        assertThat(shown.lag()).isEqualTo(lag);
        assertThat(shown.reason() == null).isEqualTo(state == LinkState.CONNECTED);
    }

    @Test
    void theReasonSaysHowFarItIsBehindInRecordsAndWhereThatIsKnownInRevisions() {
        assertThat(reason(row(1.0, 1.0, 9, true, 12L))).isEqualTo("9 records of its topic are still to be read: 5"
                + " revisions");
        assertThat(reason(row(1.0, 1.0, 9, true, null))).isEqualTo("9 records of its topic are still to be read");
    }

    private static String reason(RegionRow row) {
        return LinkView.of(row, "us.registrations.v1", SILENCE, 3, true).reason();
    }

    private static RegionRow row(Double silentFor, Double lookedFor, long lag, boolean complete, Long newest) {
        return new RegionRow(
                "us", new UUID(1, 2), "us", "registry-us", new UUID(3, 4), 7, complete, lag, newest, false, 0, 0, null,
                null, null, null, 0, 0, silentFor, lookedFor);
    }
}
