// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.kafka.topic.BrokerClient.Position;
import org.nodebridge.registry.kafka.topic.CatchUp;

/**
 * Lag behind offsets that hold no record for us: what was compacted away, markers, aborted records. A poll moves the
 * consumer's position past them and brings nothing, here as there.
 */
class ReadPositionsTest {

    private static final TopicPartition PARTITION = new TopicPartition("introductions", 1);
    private static final long END = 10;

    private final MockConsumer<byte[], byte[]> consumer =
            new MockConsumer<>("earliest");
    private final PolledOffsets polled = new PolledOffsets();
    private final LostCommits commits = new LostCommits();

    @BeforeEach
    void assign() {
        polled.observe();
        consumer.assign(List.of(PARTITION));
    }

    @Test
    void countsATailThatWasCompactedAwayAsReadOnceTheRecordsBeforeItAreAcknowledged() {
        polled.polled(PARTITION, 7);
        commits.acknowledged(PARTITION, 7);
        consumer.seek(PARTITION, END);

        Map<TopicPartition, Long> readTo = readTo();

        assertThat(position(7, readTo).lag()).isZero();
        assertThat(new CatchUp().reached(Map.of(PARTITION, position(7, readTo)))).isTrue();
        assertThat(commits.all()).as("is committed, so that all replicas know it").containsEntry(PARTITION, END);
    }

    @Test
    void countsAPartitionOfWhichNothingIsLeftAsRead() {
        consumer.seek(PARTITION, END);

        assertThat(position(0, readTo()).lag()).isZero();
    }

    @Test
    void countsNothingBehindARecordThatIsNotAcknowledged() {
        polled.polled(PARTITION, 7);
        commits.acknowledged(PARTITION, 6);
        consumer.seek(PARTITION, END);

        Map<TopicPartition, Long> readTo = readTo();

        assertThat(readTo).isEmpty();
        assertThat(position(6, readTo).lag()).isEqualTo(4);
        assertThat(new CatchUp().reached(Map.of(PARTITION, position(6, readTo)))).isFalse();
    }

    @Test
    void countsWhatComesAfterTheTailAsLagUntilItIsPolledAndAcknowledged() {
        consumer.seek(PARTITION, END);
        readTo();
        polled.polled(PARTITION, END + 1);
        consumer.seek(PARTITION, END + 1);

        assertThat(new Position(END, END + 1).readTo(readTo().getOrDefault(PARTITION, 0L)).lag()).isEqualTo(1);

        commits.acknowledged(PARTITION, END + 1);
        assertThat(new Position(END, END + 1).readTo(readTo().getOrDefault(PARTITION, 0L)).lag()).isZero();
    }

    @Test
    void forgetsWhatItPolledOfATopicThatWasDeletedAndCreatedAgain() {
        consumer.seek(PARTITION, END);
        readTo();
        consumer.seek(PARTITION, 0);

        assertThat(readTo()).isEmpty();
        assertThat(polled.after(PARTITION)).isNull();
        assertThat(commits.last(PARTITION)).isNull();
    }

    @Test
    void countsNoRecordOfTheNewTopicAsReadThatIsStillQueued() {
        consumer.seek(PARTITION, END);
        readTo();
        polled.polled(PARTITION, 2);
        consumer.seek(PARTITION, 2);

        assertThat(readTo()).isEmpty();
        assertThat(readTo()).as("at the next look").isEmpty();
    }

    private Map<TopicPartition, Long> readTo() {
        return ConsumerChannel.readTo(consumer, commits, polled);
    }

    /** What the broker says, and what this replica has read. */
    private static Position position(long committed, Map<TopicPartition, Long> readTo) {
        return new Position(committed, END).readTo(readTo.getOrDefault(PARTITION, 0L));
    }
}
