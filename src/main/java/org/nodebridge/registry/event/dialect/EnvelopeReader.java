// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import org.nodebridge.registry.event.Fields;
import org.nodebridge.registry.event.Findings;
import org.nodebridge.registry.event.Leniency;
import org.nodebridge.registry.event.Limits;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.event.WireJson;
import org.nodebridge.registry.event.dialect.Envelope.Receipt;

/**
 * Reads what nodes send, in any dialect. Immutable and thread-safe; never throws for what a record holds: where the
 * reader itself fails, the record is {@link NodeEvent.Defect}.
 *
 * <p>A record that breaks a rule of identity or type is {@link NodeEvent.Unreadable} with every broken field named, up
 * to a hundred of them. What merely departs from the strict form is read and reported as {@link Leniency} with the
 * event, or, by a strict reader, is an error like the others; only a clock that runs ahead stays a leniency there.
 */
public final class EnvelopeReader {

    private static final String EVENT_TYPE = "event_type";

    private final boolean strict;
    private final Duration maxClockAhead;
    private final Limits limits;
    private final WireJson json;

    /** A reader with the default limits. */
    public EnvelopeReader(boolean strict, Duration maxClockAhead) {
        this(strict, maxClockAhead, Limits.DEFAULT);
    }

    /**
     * @param strict whether each leniency makes a record unreadable
     * @param maxClockAhead how far an event's time may lie beyond its receipt before it is set back to the receipt
     * @param limits how much a record or body may hold
     */
    public EnvelopeReader(boolean strict, Duration maxClockAhead, Limits limits) {
        this.strict = strict;
        this.limits = Objects.requireNonNull(limits, "limits");
        this.json = new WireJson(limits);
        this.maxClockAhead = Objects.requireNonNull(maxClockAhead, "maxClockAhead");
    }

    /**
     * Reads the value of a Kafka record.
     *
     * @param topic decides the kind of an event that names none
     * @param value the bytes as received; {@code null}, as in a compaction tombstone, is unreadable
     * @param recordTimestamp Kafka's time of the record, for events that name none; may be {@code null}
     * @param receivedAt when the record was polled
     */
    public NodeEvent read(TopicKind topic, byte[] value, Instant recordTimestamp, Instant receivedAt) {
        return total(() -> {
            Findings findings = new Findings(strict, limits);
            ObjectNode record = json.parse(value, findings::error);
            if (record == null) {
                return findings.unreadable(null);
            }
            Receipt receipt = new Receipt(recordTimestamp, receivedAt, maxClockAhead);
            return read(topic, new Fields(record, "", findings), receipt, findings);
        });
    }

    /** An input that makes the reader fail must not stop the ones behind it, regardless of the mistake. */
    public static NodeEvent total(Supplier<NodeEvent> reading) {
        try {
            return reading.get();
        } catch (RuntimeException | StackOverflowError defect) {
            return new NodeEvent.Defect("the registry failed to read it: " + defect.getClass().getName(), defect);
        }
    }

    /**
     * Reads the bare introspection payload of a manual registration. Field paths have no {@code payload.} prefix, the
     * event id is made up, and the event time is the payload's or else the receipt.
     *
     * @return {@link NodeEvent.Introduced}, {@link NodeEvent.Unreadable} or {@link NodeEvent.Defect}, nothing else
     */
    public NodeEvent readIntroduction(JsonNode payload, Instant receivedAt) {
        return total(() -> {
            Findings findings = new Findings(strict, limits);
            if (!(payload instanceof ObjectNode object)) {
                findings.error("$", "must be a JSON object");
                return findings.unreadable(null);
            }
            return introduction(object, receivedAt, findings);
        });
    }

    /** As {@link #readIntroduction(JsonNode, Instant)}, with the bounds on size, depth and encoding of a record. */
    public NodeEvent readIntroduction(byte[] body, Instant receivedAt) {
        return total(() -> {
            Findings findings = new Findings(strict, limits);
            ObjectNode payload = json.parse(body, findings::error);
            return payload == null ? findings.unreadable(null) : introduction(payload, receivedAt, findings);
        });
    }

    /**
     * Reads the bare heartbeat payload of a request about one node, in any dialect. Nothing need be in it, and it may
     * be empty; what is in it must be right.
     *
     * @return {@link NodeEvent.Heartbeat}, without a type when the payload names none, {@link NodeEvent.Unreadable}
     *     or {@link NodeEvent.Defect}
     */
    public NodeEvent readHeartbeat(byte[] body, String nodeId, Instant receivedAt) {
        return total(() -> bareHeartbeat(body, nodeId, receivedAt));
    }

    private NodeEvent bareHeartbeat(byte[] body, String nodeId, Instant receivedAt) {
        Findings findings = new Findings(strict, limits);
        boolean empty = body == null || body.length == 0;
        ObjectNode object = empty ? JsonNodeFactory.instance.objectNode() : json.parse(body, findings::error);
        if (object == null) {
            return findings.unreadable(null);
        }
        if (isEnvelope(object, findings)) {
            return findings.unreadable(null);
        }
        Storable.check(object, findings);
        Receipt receipt = new Receipt(null, receivedAt, maxClockAhead);
        Fields payload = new Fields(object, "", findings);
        return HeartbeatReader.readBare(Envelope.around(payload, receipt, findings), nodeId);
    }

    /** Names that one mistake, as every field of an envelope would be an error of a payload. */
    private static boolean isEnvelope(ObjectNode object, Findings findings) {
        boolean envelope = object.path("payload").isObject() && !object.has("node_id");
        if (envelope) {
            findings.error("payload", "belongs to an envelope, as on Kafka; here the payload is expected by itself: the"
                    + " object that stands in this member, with node_id at its top");
        }
        return envelope;
    }

    private NodeEvent introduction(ObjectNode object, Instant receivedAt, Findings findings) {
        if (isEnvelope(object, findings)) {
            return findings.unreadable(null);
        }
        Storable.check(object, findings);
        Fields payload = new Fields(object, "", findings);
        if (DepartureReader.saysShutdown(payload)) {
            findings.error("metadata.broadcast_reason", "says that the node shuts down");
        }
        Receipt receipt = new Receipt(null, receivedAt, maxClockAhead);
        return IntrospectionReader.read(Envelope.around(payload, receipt, findings));
    }

    private static NodeEvent read(TopicKind topic, Fields header, Receipt receipt, Findings findings) {
        String eventType = header.textIfAny(EVENT_TYPE);
        EventKind named = eventType == null ? null : EventKind.of(eventType);
        if (named == EventKind.NOT_FOR_US) {
            return new NodeEvent.Ignored(EventKind.normalized(eventType));
        }
        Dialect dialect = Dialects.of(header.node(), named);
        if (dialect.wrapsPayload() && !looksEnveloped(header)) {
            findings.error("$", "no envelope: it has neither event id nor event type nor payload");
            String correlationId = header.textIfAny("correlation_id");
            return findings.unreadable(
                    correlationId == null || Fields.uuidOf(correlationId) == null ? null : correlationId);
        }
        Storable.check(header.node(), findings);
        if (header.has(EVENT_TYPE) && named == null) {
            header.error(
                    EVENT_TYPE,
                    eventType == null ? "must be a string" : "is unknown: " + Findings.quoted(eventType));
        } else if (named == null && dialect.namesEventType()) {
            header.lenient(Leniency.MISSING_EVENT_TYPE, EVENT_TYPE, "is missing");
        }
        Fields payload = dialect.wrapsPayload() ? header.object("payload") : header;
        if (payload == null) {
            if (!header.has("payload")) {
                header.error("payload", "is missing");
            }
            return Envelope.read(dialect, EventKind.of(topic), header, header, receipt, findings).unreadable();
        }
        EventKind kind = named != null || header.has(EVENT_TYPE) ? named : kindByPayload(payload, topic);
        if (kind == EventKind.NOT_FOR_US) {
            return new NodeEvent.Ignored(EventKind.normalized(payload.textIfAny(EVENT_TYPE)));
        }
        if (kind == null) {
            // It is unknown what the payload should hold, so only the envelope's own faults are added.
            return Envelope.read(dialect, EventKind.of(topic), header, payload, receipt, findings).unreadable();
        }
        return read(kind, Envelope.read(dialect, kind, header, payload, receipt, findings));
    }

    private static NodeEvent read(EventKind kind, Envelope envelope) {
        if (kind == EventKind.HEARTBEAT) {
            return HeartbeatReader.read(envelope);
        }
        if (kind.isDeparture() || DepartureReader.saysShutdown(envelope.payload())) {
            return DepartureReader.read(envelope, kind);
        }
        return IntrospectionReader.read(envelope);
    }

    private static boolean looksEnveloped(Fields record) {
        return record.has("payload") || record.has(EVENT_TYPE) || Dialects.hasId(record);
    }

    /** The kind when the envelope is silent; {@code null} when the payload names an unknown one. */
    private static EventKind kindByPayload(Fields payload, TopicKind topic) {
        if (payload.has(EVENT_TYPE)) {
            String eventType = payload.text(EVENT_TYPE);
            EventKind kind = eventType == null ? null : EventKind.of(eventType);
            if (eventType != null && kind == null) {
                payload.error(EVENT_TYPE, "is unknown: " + Findings.quoted(eventType));
            }
            return kind;
        }
        // A node that gives a reason for having left must not be registered, regardless of the topic.
        if (payload.has("removal_reason")) {
            return EventKind.TOMBSTONE;
        }
        return payload.has("shutdown_reason") ? EventKind.SHUTDOWN : EventKind.of(topic);
    }
}
