// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.identity.ClaimedEvent;
import org.nodebridge.registry.identity.Identities;

/** A dead letter in the course of its replay. */
record Letter(ConsumerRecord<byte[], byte[]> record, DeadLetter summary) {

    DeadLetterId id() {
        return summary.id();
    }

    /** Read by today's rules. The registry wrote the letter when it received the record, by its own clock. */
    ClaimedEvent read(Rereader reader, Identities identities, Instant now) {
        Instant written = summary.deadLetteredAt();
        Instant original = summary.origin().timestamp();
        long timestamp = (original == null ? written : original).toEpochMilli();
        NodeEvent event = reader.read(
                summary.origin().topic(), record.value(), timestamp, written.isAfter(now) ? now : written, now);
        // the original's time may be one that its producer chose; the registry's own is later, by the lag at most
        return identities.claimed(event, record.headers(), record.value(), written.toEpochMilli(), now);
    }

    LetterOutcome became(String outcome, String detail) {
        return new LetterOutcome(id(), summary.nodeId(), outcome, detail);
    }
}
