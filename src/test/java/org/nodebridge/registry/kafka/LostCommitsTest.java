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
    void takesNoAcknowledgementOfWhatWasReadBeforeAPartitionIsReadAgainFromItsBeginning() {
        int before = commits.took(ONE, 5);
        commits.acknowledged(ONE, 3);

        commits.restart(List.of(ONE), partition -> 9L);
        int queued = commits.took(ONE, 8);
        int again = commits.took(ONE, 2);

        assertThat(commits.acknowledged(ONE, 6, before)).isFalse();
        assertThat(commits.acknowledged(ONE, 9, queued)).as("it still lay in the channel's queue").isFalse();
        assertThat(commits.last(ONE)).isNull();
        assertThat(commits.acknowledged(ONE, 3, again)).isTrue();
        assertThat(commits.acknowledged(TWO, 1, commits.took(TWO, 0))).isTrue();
        assertThat(commits.all()).isEqualTo(Map.of(ONE, 3L, TWO, 1L));
    }

    @Test
    void takesWhatComesNextForReadAgainWhereNothingIsQueued() {
        commits.took(ONE, 8);

        commits.restart(List.of(ONE), partition -> 9L);

        assertThat(commits.acknowledged(ONE, 3, commits.took(ONE, 2))).isTrue();
    }

    @Test
    void takesWhatComesNextForReadAgainWhereAPartitionWasIdle() {
        commits.acknowledged(ONE, 9); // where the consumer stood, though nothing was polled

        commits.restart(List.of(ONE), partition -> 9L);

        assertThat(commits.acknowledged(ONE, 3, commits.took(ONE, 2))).isTrue();
    }

    @Test
    void leavesPartitionsAloneOfWhichTheBrokerSaysNothing() {
        commits.acknowledged(ONE, 7);
        commits.look(Map.of());

        assertThat(commits.look(Map.of())).isEmpty();
    }
}
