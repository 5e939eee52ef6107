// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.intake;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.identity.Claim;

/**
 * A record and what it says, kept together because a dead letter is the record.
 *
 * @param claim what it says of its sender, until that has been judged; else {@code null}
 */
record ReadRecord(ConsumerRecord<byte[], byte[]> record, NodeEvent event, Claim claim) {

    ReadRecord(ConsumerRecord<byte[], byte[]> record, NodeEvent event) {
        this(record, event, null);
    }

    boolean isHeartbeat() {
        return event instanceof Heartbeat;
    }

    Heartbeat heartbeat() {
        return (Heartbeat) event;
    }

    /** Whether it is to be set aside, for itself, for its sender or because PostgreSQL has refused it. */
    boolean poison(Map<UUID, String> refused) {
        return event instanceof Unreadable
                || event instanceof Unidentified
                || event instanceof Defect
                || event instanceof OfNode ofNode && refused.containsKey(ofNode.version().eventId());
    }

    /** Sends it to its dead-letter topic. */
    CompletionStage<Void> write(DeadLetters deadLetters, Map<UUID, String> refused) {
        if (event instanceof Unreadable unreadable) {
            return deadLetters.write(record, "unreadable", unreadable.errors(), unreadable.correlationId());
        }
        if (event instanceof Unidentified unidentified) {
            return deadLetters.write(
                    record, "unidentified", List.of(unidentified.error()), unidentified.event().correlationId());
        }
        if (event instanceof Defect defect) {
            return deadLetters.write(record, "defect", List.of(defect.error()), null);
        }
        OfNode ofNode = (OfNode) event;
        FieldError error = new FieldError("$", refused.get(ofNode.version().eventId()));
        return deadLetters.write(record, "refused", List.of(error), ofNode.correlationId());
    }
}
