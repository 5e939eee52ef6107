// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LostCommitsTest {

    private static final TopicPartition ONE = new TopicPartition("heartbeats", 1);
    private static final TopicPartition TWO = new TopicPartition("heartbeats", 2);

    private final LostCommits commits = new LostCommits();

    @Test
    void findsWhatTheBrokerDoesNotKnowAtTwoLooks() {
        commits.acknowledged(ONE, 7);
        commits.acknowledged(TWO, 9);

        assertThat(commits.look(Map.of(ONE, 5L, TWO, 9L))).as("it may be on its way").isEmpty();
        assertThat(commits.look(Map.of(ONE, 5L, TWO, 9L))).containsExactly(Map.entry(ONE, 7L));
        assertThat(commits.look(Map.of(ONE, 7L, TWO, 9L))).as("committed again").isEmpty();
    }

    @Test
    void takesForLostNothingThatWasAcknowledgedSinceTheLastLook() {
        commits.acknowledged(ONE, 7);
        commits.look(Map.of(ONE, 5L));
        commits.acknowledged(ONE, 8);

        assertThat(commits.look(Map.of(ONE, 7L))).isEmpty();
        assertThat(commits.look(Map.of(ONE, 7L))).containsExactly(Map.entry(ONE, 8L));
    }

    @Test
    void neverGoesBackToAnEarlierOffset() {
        commits.acknowledged(ONE, 7);
        commits.acknowledged(ONE, 3);
        commits.look(Map.of(ONE, 2L));

        assertThat(commits.look(Map.of(ONE, 2L))).containsExactly(Map.entry(ONE, 7L));
        assertThat(commits.stands(ONE, 7)).isTrue();
        assertThat(commits.stands(ONE, 3)).isFalse();
    }

    @Test
    void forgetsPartitionsThatWentToAnotherReplica() {
        commits.acknowledged(ONE, 7);
        commits.look(Map.of(ONE, 5L));
        commits.forget(List.of(ONE));

        assertThat(commits.look(Map.of(ONE, 5L))).isEmpty();
        assertThat(commits.stands(ONE, 7)).isFalse();
    }

    @Test
    void leavesPartitionsAloneOfWhichTheBrokerSaysNothing() {
        commits.acknowledged(ONE, 7);
        commits.look(Map.of());

        assertThat(commits.look(Map.of())).isEmpty();
    }
}
