// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.changes.ChangesRepository.Span;
import org.nodebridge.registry.region.ExportRepository.Exported;

class RegionExportTest {

    private static final UUID HISTORY = UUID.randomUUID();
    private static final long NOW = 1_790_000_000_000L;
    private static final long AHEAD = NOW + Duration.ofDays(3652).toMillis();
    private static final Span SPAN = new Span(1, 9, 0);

    private static Exported begin(long number, long now, long own) {
        return RegionExport.begin(
                new Exported(HISTORY, number, 7, 0, true), new RecordHeaders(HISTORY, number, 8), SPAN, "it", now, own);
    }

    @Test
    void leadsOnInTheHistoryThatTheTopicHas() {
        assertThat(begin(NOW - 1, NOW, NOW)).isEqualTo(new Exported(HISTORY, NOW - 1, 8, 0, true));
    }

    private static UUID beginAfter(String told, String here) {
        return RegionExport.begin(
                new Exported(HISTORY, NOW, 7, 0, true), new RecordHeaders(HISTORY, NOW, 8, told), SPAN, here, NOW, NOW)
                .exportId();
    }

    @Test
    void leavesAHistoryWhoseLastRevisionIsOfAnotherChangeSinceAnOlderBackupWasRestored() {
        assertThat(beginAfter("one", "another")).isNotEqualTo(HISTORY);
        assertThat(beginAfter("one", "one")).isEqualTo(HISTORY);
        assertThat(beginAfter("", "one")).as("told before changes were named").isEqualTo(HISTORY);
        assertThat(beginAfter("one", "")).as("pruned here").isEqualTo(HISTORY);
    }

    @Test
    void leavesAHistoryThatBeganWhileAClockWasAheadAndThatNobodyReads() {
        Exported begun = begin(AHEAD, NOW, NOW);

        assertThat(begun.exportId()).isNotEqualTo(HISTORY);
        assertThat(begun.exportNumber()).isEqualTo(NOW);
        assertThat(begun.complete()).isFalse();
    }

    @Test
    void leadsOnWhileOneClockIsSetBack() {
        assertThat(begin(NOW, 0, NOW).exportId()).as("PostgreSQL's").isEqualTo(HISTORY);
        assertThat(begin(NOW, NOW, 0).exportId()).as("our own").isEqualTo(HISTORY);
    }
}
