// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.kafka.topic.BrokerClient.Position;

class CatchUpTest {

    private static final TopicPartition FIRST = new TopicPartition("events", 0);
    private static final TopicPartition SECOND = new TopicPartition("events", 1);
    private static final TopicPartition OTHER = new TopicPartition("heartbeats", 0);

    private final CatchUp catchUp = new CatchUp();

    @Test
    void hasReachedWhatWasThereAtFirstHoweverMuchHasComeSince() {
        assertThat(catchUp.reached(Map.of())).isFalse();
        assertThat(catchUp.reached(Map.of(FIRST, new Position(3, 5), OTHER, new Position(0, 0)))).isFalse();
        assertThat(catchUp.reached(Map.of(FIRST, new Position(4, 9), OTHER, new Position(0, 0)))).isFalse();

        assertThat(catchUp.reached(Map.of(FIRST, new Position(5, 9), OTHER, new Position(0, 4)))).isTrue();
        assertThat(catchUp.reached(Map.of(FIRST, new Position(5, 9)))).isTrue();
    }

    @Test
    void doesNotWaitForRecordsOfATopicThatWasDeletedAndCreatedAgain() {
        assertThat(catchUp.reached(Map.of(FIRST, new Position(90, 100), OTHER, new Position(0, 0)))).isFalse();

        assertThat(catchUp.reached(Map.of(FIRST, new Position(90, 1), OTHER, new Position(0, 0))))
                .as("as long as the group has the position of before").isFalse();
        assertThat(catchUp.reached(Map.of(FIRST, new Position(0, 1), OTHER, new Position(0, 0)))).isFalse();
        assertThat(catchUp.reached(Map.of(FIRST, new Position(1, 2), OTHER, new Position(0, 0)))).isTrue();
    }

    @Test
    void doesNotWaitForPartitionsThatATopicHasNoLonger() {
        catchUp.reached(Map.of(FIRST, new Position(0, 1), SECOND, new Position(0, 1)));

        assertThat(catchUp.reached(Map.of(FIRST, new Position(1, 1)))).isTrue();
    }

    /** Then heartbeats cannot come, which is no reason to give their senders up. */
    @Test
    void waitsWhileATopicIsNotThere() {
        catchUp.reached(Map.of(FIRST, new Position(0, 1), OTHER, new Position(0, 1)));

        assertThat(catchUp.reached(Map.of(OTHER, new Position(1, 1)))).isFalse();
    }
}
