// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UndecodableBatchesTest {

    private static final TopicPartition SPOILT = new TopicPartition("introductions", 4);
    private static final TopicPartition SOUND = new TopicPartition("introductions", 5);
    private static final long OFFSET = 7;

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final PolledOffsets polled = new PolledOffsets();
    private long now;
    private final UndecodableBatches batches = new UndecodableBatches(polled, () -> now);

    @BeforeEach
    void findOne() {
        consumer.assign(List.of(SPOILT, SOUND));
        consumer.updateBeginningOffsets(Map.of(SPOILT, 0L, SOUND, 0L));
        consumer.seek(SPOILT, OFFSET);
        consumer.seek(SOUND, 0);
        nextPollThrows();
        batches.seek(consumer);
        assertThat(batches.found()).containsOnlyKeys(SPOILT + "@" + OFFSET);
    }

    private void nextPollThrows() {
        consumer.setPollException(new KafkaException("Received exception when fetching the next record from " + SPOILT
                + ". If needed, please seek past the record to continue consumption."));
    }

    private void halfAMinutePasses() {
        now += Duration.ofSeconds(31).toNanos();
    }

    @Test
    void holdsAPartitionAgainThatTheConnectorHasResumed() {
        consumer.resume(consumer.assignment());

        batches.hold(consumer);

        assertThat(consumer.paused()).containsExactly(SPOILT);
    }

    @Test
    void findsWhatIsTriedAgainAndStillSpoiltAtTheFirstThrow() {
        halfAMinutePasses();
        batches.hold(consumer);
        assertThat(consumer.paused()).isEmpty();
        assertThat(consumer.position(SPOILT)).as("from one record before").isEqualTo(OFFSET - 1);

        polled.brought(); // that record
        batches.hold(consumer);
        assertThat(consumer.paused()).isEmpty();
        consumer.seek(SPOILT, OFFSET);
        nextPollThrows();
        batches.hold(consumer);

        assertThat(consumer.paused()).containsExactly(SPOILT);
        assertThat(batches.found()).containsOnlyKeys(SPOILT + "@" + OFFSET);
    }

    @Test
    void leavesWhatIsSoundByThenToTheConnectorAndWatchesItNoLonger() {
        halfAMinutePasses();
        batches.hold(consumer);
        batches.hold(consumer);
        halfAMinutePasses();
        batches.hold(consumer);
        nextPollThrows();
        batches.hold(consumer);

        assertThat(consumer.paused()).isEmpty();
        assertThat(batches.held()).isEmpty();
    }
}
