// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.Fields;
import org.nodebridge.registry.event.Findings;
import org.nodebridge.registry.event.Leniency;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.Storable;

/**
 * What an envelope says around its payload, the same for all dialects.
 *
 * @param header the envelope's own fields; {@code null} for a bare payload sent over HTTP
 * @param eventId {@code null} when broken
 */
record Envelope(
        Dialect dialect,
        Fields header,
        Fields payload,
        UUID eventId,
        Instant eventTime,
        Instant receivedAt,
        String correlationId,
        Findings findings) {

    static Envelope read(
            Dialect dialect, EventKind kind, Fields header, Fields payload, Receipt receipt, Findings findings) {
        header.expectOnly(dialect.envelopeFields());
        String sourceField = dialect.sourceField();
        if (sourceField != null && !header.has(sourceField)) {
            header.lenient(Leniency.MISSING_SOURCE, sourceField, "is missing");
        }
        return new Envelope(
                dialect,
                header,
                payload,
                header.uuid(dialect.idField()),
                receipt.notAhead(
                        eventTime(dialect, kind, header, payload, receipt), header.path(dialect.timeField()), findings),
                receipt.receivedAt(),
                correlationId(header, payload),
                findings);
    }

    /** A payload that came by itself over HTTP, where the request stands in for the envelope. */
    static Envelope around(Fields payload, Receipt receipt, Findings findings) {
        Instant said = payload.time("timestamp");
        return new Envelope(
                Dialects.OWN,
                null,
                payload,
                UUID.randomUUID(),
                receipt.notAhead(said != null ? said : receipt.receivedAt(), payload.path("timestamp"), findings),
                receipt.receivedAt(),
                payload.correlationId("correlation_id"),
                findings);
    }

    EventVersion version(Long epoch) {
        return new EventVersion(epoch, eventTime, eventId);
    }

    String headerLabel(String name) {
        return header == null ? null : header.labelIfAny(name);
    }

    NodeEvent.Unreadable unreadable() {
        boolean keepable = correlationId != null && Storable.text(correlationId);
        return findings.unreadable(keepable ? correlationId : null);
    }

    /** The payload's own id where it has one: a node that answers a request puts the request's id there. */
    static String correlationId(Fields header, Fields payload) {
        String outer = header.correlationId("correlation_id");
        String inner = payload.isSameObjectAs(header) ? null : payload.correlationId("correlation_id");
        return inner != null ? inner : outer;
    }

    private static Instant eventTime(
            Dialect dialect, EventKind kind, Fields header, Fields payload, Receipt receipt) {
        boolean enveloped = !payload.isSameObjectAs(header);
        Instant outer = header.time(dialect.timeField());
        Instant inner = enveloped ? payload.time("timestamp") : null;
        if (!header.has(dialect.timeField())) {
            header.lenient(Leniency.MISSING_TIMESTAMP, dialect.timeField(), "is missing");
        }
        if (enveloped && !kind.isDeparture() && !payload.has("timestamp")) {
            payload.lenient(Leniency.MISSING_TIMESTAMP, "timestamp", "is missing");
        }
        if (outer != null) {
            return outer;
        }
        return inner != null ? inner : receipt.bestTime();
    }

    /**
     * When and how a record reached the registry.
     *
     * @param recordTimestamp Kafka's time of the record, or {@code null}
     * @param maxClockAhead how far a sender's clock may run ahead of ours
     */
    record Receipt(Instant recordTimestamp, Instant receivedAt, Duration maxClockAhead) {

        Instant bestTime() {
            return recordTimestamp != null ? recordTimestamp : receivedAt;
        }

        /** A node whose clock runs ahead would outrank its own later events; it counts as of now. */
        Instant notAhead(Instant time, String field, Findings findings) {
            if (!time.isAfter(receivedAt.plus(maxClockAhead))) {
                return time;
            }
            findings.lenient(Leniency.CLOCK_AHEAD, field, "is ahead of the clock");
            return receivedAt;
        }
    }
}
