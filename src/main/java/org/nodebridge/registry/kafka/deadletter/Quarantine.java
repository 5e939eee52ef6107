// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.kafka.topic.QuarantineRefusedException;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;

/**
 * Where dead letters go that failed a second time. Its only implementation is {@code KafkaQuarantine}: the interface is
 * here because nothing may depend on that package.
 */
public interface Quarantine {

    /**
     * Puts a dead letter, as it is, into the quarantine of its original topic. Returns when Kafka has confirmed it.
     *
     * @param reason {@code unreadable}, {@code unidentified}, {@code refused} or {@code defect}
     * @param errors what is wrong with it by today's rules
     * @throws TopicUnavailableException when Kafka did not confirm it in time
     * @throws QuarantineRefusedException when Kafka will never take it, which is counted and shown
     */
    void put(
            ConsumerRecord<byte[], byte[]> letter, String originalTopic, String reason, List<FieldError> errors,
            Instant replayedAt);
}
