// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.SourcePosition;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.event.dialect.NodeIdOfRecord;
import org.nodebridge.registry.kafka.deadletter.DeadLetterHeaders;
import org.nodebridge.registry.kafka.deadletter.DeadLetterId;

/**
 * A record that was dead-lettered, without its whole payload.
 *
 * @param reason unreadable, unidentified, refused or defect; {@code null} when another program wrote it
 * @param fields what was wrong with it then
 * @param nodeId the node it is about, where that can be read, else {@code null}
 * @param key the first characters of the record's key as text, or {@code null}
 * @param payloadExcerpt its first characters, with malformed bytes replaced
 * @param payloadSize the bytes of the record's whole payload
 * @param replayed what became of its last replay; {@code null} while it is open
 * @param truncated what it lacks of its record; {@code null} for a whole one
 */
public record DeadLetter(
        DeadLetterId id, String reason, List<FieldError> fields, Origin origin, String correlationId, String nodeId,
        String key, String payloadExcerpt, long payloadSize, Instant deadLetteredAt, ReplayedDeadLetter replayed,
        Truncation truncated) {

    /** The status of a letter that nothing has become of yet. */
    public static final String OPEN = "open";

    private static final int EXCERPT = 500;

    /**
     * Where the record was first. All but the topic may be {@code null}, when another program wrote the letter.
     *
     * @param timestamp Kafka's time of the original record
     */
    public record Origin(String topic, Integer partition, Long offset, Instant timestamp) {

        /** Where the record was first, as its event's version has it. */
        public String position() {
            return partition == null || offset == null
                    ? SourcePosition.NONE
                    : SourcePosition.of(topic, partition, offset);
        }
    }

    /** @param replayed what is noted under the letter's place, or {@code null} */
    public static DeadLetter of(ConsumerRecord<byte[], byte[]> record, String originalTopic,
            ReplayedDeadLetter replayed) {
        DeadLetterHeaders headers = new DeadLetterHeaders(record.headers());
        Long partition = headers.number(DeadLetterHeaders.PARTITION);
        Long timestamp = headers.number(DeadLetterHeaders.TIMESTAMP);
        Truncation truncated = Truncation.of(headers);
        byte[] value = record.value() == null ? new byte[0] : record.value();
        return new DeadLetter(
                DeadLetterId.of(record),
                headers.text(DeadLetterHeaders.REASON),
                headers.fields(),
                new Origin(
                        originalTopic,
                        partition == null ? null : partition.intValue(),
                        headers.number(DeadLetterHeaders.OFFSET),
                        timestamp == null ? null : time(timestamp)),
                headers.text(DeadLetterHeaders.CORRELATION_ID),
                NodeIdOfRecord.in(value),
                record.key() == null ? null : excerpt(record.key()),
                excerpt(value),
                truncated == null || truncated.valueSize() == null ? value.length : truncated.valueSize(),
                Instant.ofEpochMilli(record.timestamp()),
                sameLetter(record, replayed) ? replayed : null,
                truncated);
    }

    /** {@code null} for one that is not of the years 1 to 9999: a stranger has written it. */
    private static Instant time(long milliseconds) {
        Instant time = Instant.ofEpochMilli(milliseconds);
        return Storable.time(time) ? time : null;
    }

    /** open, or what became of its last replay. */
    public String status() {
        return replayed == null ? OPEN : replayed.outcome();
    }

    /** In a topic that was deleted and made again, other letters lie in the same places. */
    private static boolean sameLetter(ConsumerRecord<?, ?> record, ReplayedDeadLetter replayed) {
        return replayed != null && replayed.deadLetteredAt().toEpochMilli() == record.timestamp();
    }

    private static String excerpt(byte[] value) {
        // no character has more than four bytes
        String text = new String(value, 0, Math.min(value.length, 4 * EXCERPT + 4), StandardCharsets.UTF_8);
        if (text.length() <= EXCERPT) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(EXCERPT - 1)) ? EXCERPT - 1 : EXCERPT);
    }

    /** About the bytes that it takes, in memory and in an answer. */
    public int bytes() {
        int bytes =
                1000 + length(reason) + length(correlationId) + length(nodeId) + length(key) + length(payloadExcerpt);
        for (FieldError field : fields) {
            bytes += 100 + length(field.field()) + length(field.message());
        }
        return replayed == null ? bytes : bytes + length(replayed.detail());
    }

    private static int length(String text) {
        return text == null ? 0 : 2 * text.length();
    }
}
