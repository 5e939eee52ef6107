// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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
    void laterOffsetOfAPartitionWinsWhereEpochAndTimeAreEqual() {
        UUID high = new UUID(-1, -1);
        UUID low = new UUID(0, 0);
        Instant time = Instant.ofEpochSecond(1);
        EventVersion earlier = new EventVersion(1L, time, SourcePosition.of("t", 3, 99), high);
        EventVersion later = new EventVersion(1L, time, SourcePosition.of("t", 3, 100), low);

        assertThat(later.supersedes(earlier)).isTrue();
        assertThat(earlier.supersedes(later)).isFalse();
        assertThat(new EventVersion(2L, time, high).supersedes(later)).as("the epoch comes first").isTrue();
        assertThat(new EventVersion(1L, time.plusNanos(1000), low).supersedes(later)).as("then the time").isTrue();
        assertThat(new EventVersion(1L, time, high).supersedes(later)).as("no position is lowest").isFalse();
    }

    /** Three partitions cannot go round in a circle, in any order in which a replica reads them. */
    @Test
    void positionsAreInOneOrderOverAllPartitions() {
        List<EventVersion> versions = new ArrayList<>();
        for (String topic : List.of("node", "node.v1", "node-v1", "node_v1")) {
            for (int partition : new int[] {0, 2, 10, Integer.MAX_VALUE}) {
                for (long offset : new long[] {0, 9, 10, Long.MAX_VALUE}) {
                    UUID random = UUID.randomUUID();
                    versions.add(new EventVersion(
                            null, Instant.EPOCH, SourcePosition.of(topic, partition, offset), random));
                }
            }
        }
        List<EventVersion> sorted = new ArrayList<>(versions);
        Collections.shuffle(sorted, new Random(1));
        sorted.sort((a, b) -> a.equals(b) ? 0 : a.supersedes(b) ? 1 : -1);

        for (int i = 0; i < sorted.size(); i++) {
            for (int j = 0; j < sorted.size(); j++) {
                assertThat(sorted.get(i).supersedes(sorted.get(j))).isEqualTo(i > j);
            }
        }
        assertThat(versions.subList(0, 4)).as("of one partition by offset, as numbers")
                .isSortedAccordingTo((a, b) -> a.supersedes(b) ? 1 : -1);
    }

    @Test
    void keepsNoMoreOfTheTimeThanPostgresDoes() {
        EventVersion version = new EventVersion(null, Instant.parse("2026-01-01T00:00:00.123456789Z"), new UUID(0, 0));

        assertThat(version.eventTime()).isEqualTo("2026-01-01T00:00:00.123456Z");
    }
}
