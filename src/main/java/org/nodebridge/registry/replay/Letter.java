// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.identity.ClaimedEvent;
import org.nodebridge.registry.identity.Identities;

/** A dead letter in the course of its replay. */
record Letter(ConsumerRecord<byte[], byte[]> record, DeadLetter summary) {

    private static final int MAX_DETAIL = 2000;

    DeadLetterId id() {
        return summary.id();
    }

    /** Read by today's rules. The registry wrote the letter when it received the record, by its own clock. */
    ClaimedEvent read(Rereader reader, Identities identities, Instant now) {
        Instant written = summary.deadLetteredAt();
        Instant original = summary.origin().timestamp();
        long timestamp = (original == null ? written : original).toEpochMilli();
        NodeEvent event = NodeEvent.at(summary.origin().position(), reader.read(
                summary.origin().topic(), record.value(), timestamp, written.isAfter(now) ? now : written, now));
        // the original's time may be one that its producer chose; the registry's own is later, by the lag at most
        return identities.claimed(event, record.headers(), record.value(), written.toEpochMilli(), now);
    }

    /** Whether too little of its record is left for a replay. */
    boolean truncated() {
        return summary.truncated() != null && !summary.truncated().replayable();
    }

    LetterOutcome became(String outcome, String detail) {
        // a detail may quote as many fields as a record has
        String some = detail == null || detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL) + "…";
        return new LetterOutcome(id(), summary.nodeId(), outcome, some);
    }
}
