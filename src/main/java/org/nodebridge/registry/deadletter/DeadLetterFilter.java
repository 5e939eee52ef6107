// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.kafka.deadletter.DeadLetterHeaders;

/**
 * Which dead letters are meant. Each part may be {@code null} for any.
 *
 * @param reason unreadable, unidentified, refused or defect
 * @param topic an input topic, or its dead-letter topic
 * @param from the first moment of their being dead-lettered
 * @param to the moment before which they were
 * @param status open, or what became of their replay
 * @param nodeId the node they are about, by their payload, or by their key where that cannot be read
 */
public record DeadLetterFilter(
        String reason, String topic, Instant from, Instant to, String status, String nodeId) {

    /** All those of one node. */
    public static DeadLetterFilter ofNode(String nodeId) {
        return new DeadLetterFilter(null, null, null, null, null, nodeId);
    }

    public boolean covers(String originalTopic, String deadLetterTopic) {
        return topic == null || topic.equals(originalTopic) || topic.equals(deadLetterTopic);
    }

    /** Whether its time and reason fit; what is to be known of it without its payload. */
    public boolean fits(ConsumerRecord<byte[], byte[]> letter) {
        Instant time = Instant.ofEpochMilli(letter.timestamp());
        return (from == null || !time.isBefore(from))
                && (to == null || time.isBefore(to))
                && (reason == null
                        || reason.equals(new DeadLetterHeaders(letter.headers()).text(DeadLetterHeaders.REASON)));
    }

    public boolean fits(DeadLetter letter) {
        return (status == null || status.equals(letter.status()))
                && (nodeId == null || nodeId.equals(letter.nodeId() == null ? letter.key() : letter.nodeId()));
    }
}
