// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.kafka.topic.OffsetRange;
import org.nodebridge.registry.kafka.topic.TopicConsumer;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;

class OpenDeadLettersTest {

    private RuntimeException failure;
    private final OpenDeadLetters open = new OpenDeadLetters(new DeadLetterTopics() {

        @Override
        TopicConsumer consumer() {
            return null;
        }

        @Override
        Map<TopicPartition, OffsetRange> spans(
                TopicConsumer consumer, DeadLetterFilter filter, Map<TopicPartition, Long> next) {
            if (failure != null) {
                throw failure;
            }
            return Map.of(new TopicPartition("dlq", 0), new OffsetRange(7, 7));
        }
    }, null);

    @Test
    void noCountStandsOnceItCouldNotBeCounted() {
        assertThat(open.count()).isNull();
        open.look();
        assertThat(open.count()).isZero();

        failure = new IllegalStateException("PostgreSQL is unavailable");
        assertThatThrownBy(open::look).isSameAs(failure);
        assertThat(open.count()).isNull();

        failure = null;
        open.look();
        assertThat(open.count()).isZero();

        failure = new TopicUnavailableException("Kafka cannot be read", null);
        assertThatCode(open::look).doesNotThrowAnyException();
        assertThat(open.count()).isNull();
    }
}
