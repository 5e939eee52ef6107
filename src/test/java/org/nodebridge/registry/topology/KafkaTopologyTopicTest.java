// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaTopologyTopicTest {

    private final ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("topology", 0, 1, null, null);

    @Test
    void readsTheRevisionOfAMessageOfThisHistory() {
        record.headers().add(KafkaTopologyTopic.HISTORY, "h".getBytes(UTF_8)).add(
                KafkaTopologyTopic.REVISION, "42".getBytes(UTF_8));

        assertThat(KafkaTopologyTopic.revision(record, "h")).hasValue(42);
        assertThat(KafkaTopologyTopic.revision(record, "other")).isEmpty();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "x", "99999999999999999999"})
    void passesOverWhatIsNoMessage(String revision) {
        record.headers().add(KafkaTopologyTopic.HISTORY, "h".getBytes(UTF_8)).add(
                KafkaTopologyTopic.REVISION, revision == null ? null : revision.getBytes(UTF_8));

        assertThat(KafkaTopologyTopic.revision(record, "h")).isEmpty();
    }

    @Test
    void passesOverAForeignHeaderWithoutAValue() {
        record.headers().add(KafkaTopologyTopic.HISTORY, null);

        assertThat(KafkaTopologyTopic.revision(record, "h")).isEmpty();
    }
}
