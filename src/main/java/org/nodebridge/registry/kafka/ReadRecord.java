// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.identity.Claim;
import org.nodebridge.registry.kafka.deadletter.DeadLetters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record and what it says, kept together because a dead letter is the record.
 *
 * @param claim what it says of its sender, until that has been judged; else {@code null}
 */
public record ReadRecord(ConsumerRecord<byte[], byte[]> record, NodeEvent event, Claim claim) {

    private static final Logger LOG = LoggerFactory.getLogger(ReadRecord.class);
    private static final long PER_RECORD = 500;
    private static final long PER_HEADER = 100;

    public ReadRecord(ConsumerRecord<byte[], byte[]> record, NodeEvent event) {
        this(record, event, null);
    }

    /** The same record, as one at which the registry itself fails. */
    public ReadRecord defect(Throwable cause) {
        return new ReadRecord(
                record, new Defect("the registry failed at this record: " + cause.getClass().getSimpleName(), cause));
    }

    /** Where it lies, {@code topic-partition@offset}. */
    public String place() {
        return record.topic() + "-" + record.partition() + "@" + record.offset();
    }

    /** Logs the defect, where it is one, with its cause and the place of the record. */
    public void logDefect() {
        if (event instanceof Defect defect) {
            LOG.atError().setCause(defect.cause()).addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition()).addKeyValue("offset", record.offset())
                    .log("The registry has failed at a record, which becomes a dead letter");
        }
    }

    /** About the bytes it keeps in memory. */
    public long bytes() {
        long bytes = PER_RECORD + length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            bytes += PER_HEADER + header.key().length() + length(header.value());
        }
        return bytes;
    }

    private static long length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    public boolean isHeartbeat() {
        return event instanceof Heartbeat;
    }

    public Heartbeat heartbeat() {
        return (Heartbeat) event;
    }

    /** Whether it is to be dead-lettered, for itself, for its sender or because PostgreSQL has refused it. */
    public boolean poison(Map<OfNode, String> refused) {
        return event instanceof Unreadable
                || event instanceof Unidentified
                || event instanceof Defect
                || event instanceof OfNode ofNode && refused.containsKey(ofNode);
    }

    /** Sends it to its dead-letter topic. */
    public CompletionStage<Void> write(DeadLetters deadLetters, Map<OfNode, String> refused) {
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
        FieldError error = new FieldError("$", refused.get(ofNode));
        return deadLetters.write(record, "refused", List.of(error), ofNode.correlationId());
    }
}
