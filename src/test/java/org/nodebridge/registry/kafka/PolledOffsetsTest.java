// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.kafka.topic.BoundedValueDeserializer;

class PolledOffsetsTest {

    private static final TopicPartition ONE = new TopicPartition("introductions", 1);
    private static final TopicPartition TWO = new TopicPartition("introductions", 2);

    private final PolledOffsets offsets = new PolledOffsets();

    @Test
    void knowsNothingUntilTheConsumerReportsItsPolls() {
        assertThat(offsets.allAcknowledged(ONE, null)).isFalse();
        offsets.observe();
        assertThat(offsets.allAcknowledged(ONE, null)).as("nothing was polled").isTrue();
    }

    @Test
    void waitsForTheAcknowledgementOfTheLastRecordPolled() {
        poll(ONE, 6);

        assertThat(offsets.allAcknowledged(ONE, null)).isFalse();
        assertThat(offsets.allAcknowledged(ONE, 6L)).isFalse();
        assertThat(offsets.allAcknowledged(ONE, 7L)).isTrue();
        assertThat(offsets.allAcknowledged(TWO, 3L)).as("nothing was polled of it").isTrue();
    }

    /** A topic that was deleted and created again begins at 0; what was acknowledged of the old one says nothing. */
    @Test
    void takesNoAcknowledgementOfALaterOffsetForIt() {
        poll(ONE, 6);

        assertThat(offsets.allAcknowledged(ONE, 100L)).isFalse();
    }

    @Test
    void forgetsRecordsOfPartitionsThatAreRevoked() {
        poll(ONE, 6);
        offsets.forget(List.of(ONE));

        assertThat(offsets.allAcknowledged(ONE, null)).isTrue();
    }

    private void poll(TopicPartition partition, long last) {
        PollObserver observer = new PollObserver();
        observer.configure(Map.of(PollObserver.OFFSETS, offsets, BoundedValueDeserializer.MAX_BYTES, 1_000));
        var record = new ConsumerRecord<>(partition.topic(), partition.partition(), last, new byte[0], new byte[0]);
        assertThat(observer.onConsume(new ConsumerRecords<>(Map.of(partition, List.of(record)), Map.of())).count())
                .isEqualTo(1);
        observer.close();
    }
}
