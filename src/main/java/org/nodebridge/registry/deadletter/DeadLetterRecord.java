// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.identity.ClaimedEvent;
import org.nodebridge.registry.kafka.deadletter.DeadLetterId;
import org.nodebridge.registry.replay.RecordRereader;

/** A dead letter in the course of its replay. */
public record DeadLetterRecord(ConsumerRecord<byte[], byte[]> record, DeadLetter summary) {

    private static final int MAX_DETAIL = 2000;

    public DeadLetterId id() {
        return summary.id();
    }

    /** Reads letters by today's rules, as {@link RecordRereader#read(List, Instant)} reads records. */
    public static List<NodeEvent> read(List<DeadLetterRecord> letters, RecordRereader reader, Instant now) {
        return reader.judge(letters.stream()
                .map(letter -> letter.truncated()
                        ? new ClaimedEvent(new Ignored("truncated"), null)
                        : letter.read(reader, now))
                .toList());
    }

    /** Read by today's rules. The registry wrote the letter when it received the record, by its own clock. */
    private ClaimedEvent read(RecordRereader reader, Instant now) {
        Instant written = summary.deadLetteredAt();
        Instant original = summary.origin().timestamp();
        long timestamp = (original == null ? written : original).toEpochMilli();
        NodeEvent event = NodeEvent.at(summary.origin().position(), reader.read(
                summary.origin().topic(), record.value(), timestamp, written.isAfter(now) ? now : written, now));
        // the original's time may be one that its producer chose; the registry's own is later, by the lag at most
        return reader.claimed(event, record.headers(), record.value(), written.toEpochMilli(), now);
    }

    /** Whether too little of its record is left for a replay. */
    public boolean truncated() {
        return summary.truncated() != null && !summary.truncated().replayable();
    }

    public DeadLetterOutcome became(String outcome, String detail) {
        // a detail may quote as many fields as a record has
        String some = detail == null || detail.length() <= MAX_DETAIL
                ? detail
                : detail.substring(0, MAX_DETAIL) + "…";
        return new DeadLetterOutcome(id(), summary.nodeId(), outcome, some);
    }
}
