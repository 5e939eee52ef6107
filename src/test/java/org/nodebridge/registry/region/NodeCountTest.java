// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.changes.Change;
import org.nodebridge.registry.changes.ChangesRepository.CountAtRevision;
import org.nodebridge.registry.store.jdbc.StoredTime;

class NodeCountTest {

    private static final long START = Long.MAX_VALUE - 1000; // as System.nanoTime may be
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final NodeCount count = new NodeCount();

    private static Change registered(long revision) {
        return new Change(revision, "n" + revision, "effect", "registered", null, "active", null, "passing", null,
                StoredTime.at(Instant.EPOCH), new UUID(0, revision), Instant.EPOCH, List.of(), null);
    }

    private boolean differsWith(long revision, long nodes) {
        count.counted(new CountAtRevision(revision, nodes), START);
        return count.differs();
    }

    @Test
    void findsARowThatAnotherProgramHasDeletedOrInsertedWithoutAChange() {
        for (long there : new long[] {5, 7}) {
            count.begin(new CountAtRevision(10, 5), START);
            count.after(List.of(registered(11)));
            assertThat(differsWith(11, 6)).isFalse();
            assertThat(count.at(11)).isEqualTo(6);

            assertThat(differsWith(11, there)).isFalse();
            assertThat(count.at(11)).as("in doubt").isEqualTo(-1);
            assertThat(count.differs()).as("the same count again").isFalse();
            assertThat(differsWith(11, there)).isFalse();
            assertThat(differsWith(11, there)).isTrue();
        }
    }

    /** As where the changes of some nodes are noted later. */
    @Test
    void takesNoDifferenceThatComesAndGoesForAChangeByAnotherProgram() {
        count.begin(new CountAtRevision(10, 5), START);
        for (long there : new long[] {4, 4, 5, 4, 4, 3, 3, 4, 6, 6}) {
            assertThat(differsWith(10, there)).isFalse();
        }
        assertThat(differsWith(10, 5)).isFalse();
        assertThat(count.at(10)).isEqualTo(5);
    }

    @Test
    void comparesAtTheSameRevisionAlone() {
        count.begin(new CountAtRevision(10, 5), START);
        count.counted(new CountAtRevision(12, 7), START);
        assertThat(count.differs()).as("two changes are still to be published").isFalse();

        count.after(List.of(registered(11), registered(12), registered(13)));
        assertThat(count.differs()).as("all three are nodes").isFalse();
        assertThat(count.at(13)).isEqualTo(8);
        count.counted(new CountAtRevision(14, 8), START);
        count.after(List.of(registered(14)));
        assertThat(count.differs()).isFalse();
        assertThat(count.at(14)).as("nine by the changes, eight by the count").isEqualTo(-1);
    }

    @Test
    void saysNoNumberOfARevisionThatItHasNotCounted() {
        count.begin(new CountAtRevision(10, 5), START);

        assertThat(count.at(9)).isEqualTo(-1);
        assertThat(count.at(10)).isEqualTo(5);
        assertThat(count.at(11)).isEqualTo(-1);
    }

    @Test
    void isDueEveryMinuteAndNotForTenAfterADifferenceWhichHasAllNodesPublishedAgain() {
        count.begin(new CountAtRevision(10, 5), START);
        assertThat(count.due(START + MINUTE - 1)).isFalse();
        assertThat(count.due(START + MINUTE)).isTrue();
        for (int counts = 1; counts <= 3; counts++) {
            count.counted(new CountAtRevision(10, 4), START + MINUTE);
            assertThat(count.due(START + MINUTE)).isFalse();
            assertThat(count.differs()).isEqualTo(counts == 3);
        }

        count.begin(new CountAtRevision(10, 4), START + MINUTE);
        assertThat(count.differs()).isFalse();
        assertThat(count.due(START + 11 * MINUTE - 1)).isFalse();
        assertThat(count.due(START + 11 * MINUTE)).isTrue();
    }
}
