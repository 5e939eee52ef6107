package org.nodebridge.registry.replay;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.event.NodeEvent;

/** A dead letter in the course of its replay. */
record Letter(ConsumerRecord<byte[], byte[]> record, DeadLetter summary) {

    DeadLetterId id() {
        return summary.id();
    }

    /** Read by today's rules. The registry wrote the letter when it received the record, by its own clock. */
    NodeEvent read(Rereader reader, Instant now) {
        Instant written = summary.deadLetteredAt();
        Instant original = summary.origin().timestamp();
        return reader.read(
                summary.origin().topic(),
                record.value(),
                (original == null ? written : original).toEpochMilli(),
                written.isAfter(now) ? now : written,
                now);
    }

    LetterOutcome became(String outcome, String detail) {
        return new LetterOutcome(id(), summary.nodeId(), outcome, detail);
    }
}
