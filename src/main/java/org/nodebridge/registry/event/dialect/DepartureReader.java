// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.nodebridge.registry.event.Fields;
import org.nodebridge.registry.event.Leniency;
import org.nodebridge.registry.event.NodeEvent;

/** Reads every form of departure; what else a node says about itself then does not matter. */
final class DepartureReader {

    private static final String GRACEFUL = "graceful_shutdown";
    private static final String BY_HAND = "manual_deregistration";
    private static final String SHUTDOWN = "shutdown";

    /** One set for all forms: a departure that the registry passes on keeps the reason it came with. */
    static final Set<String> REASONS =
            Set.of(GRACEFUL, "lease_expired", BY_HAND, "graceful", "error", "forced", "maintenance");

    /** One set for all forms and dialects: they are too few and too alike to be distinguished by their fields. */
    static final Set<String> FIELDS = Set.of(
            "event_type",
            "event_id",
            "node_id",
            "node_name",
            "node_type",
            "service_id",
            "timestamp",
            "correlation_id",
            "epoch",
            "metadata",
            "data",
            "reason",
            "removal_reason",
            "removal_timestamp",
            "shutdown_reason",
            "shutdown_initiated_at",
            "final_status",
            "final_metrics",
            "uptime_seconds",
            "requests_processed",
            "cleanup_actions",
            "cleanup_errors",
            "restart_expected",
            "restart_delay_seconds",
            "replacement_node_id");

    private DepartureReader() {}

    /** Whether an introspection says that its node shuts down, by whichever field the dialects use for it. */
    static boolean saysShutdown(Fields payload) {
        return SHUTDOWN.equalsIgnoreCase(payload.textIfAny("reason"))
                || SHUTDOWN.equalsIgnoreCase(broadcastReason(payload));
    }

    static NodeEvent read(Envelope envelope, EventKind kind) {
        Fields payload = envelope.payload();
        if (kind == EventKind.INTROSPECTION) {
            readShutdownIntrospection(envelope);
        } else if (envelope.dialect().wrapsPayload()) {
            payload.expectOnly(FIELDS);
        }
        NodeIdentity identity = NodeIdentity.read(payload, envelope.dialect(), kind == EventKind.INTROSPECTION);
        Long epoch = NodeIdentity.epoch(payload, envelope.dialect());
        String reason = reason(payload, kind);
        Boolean restartExpected = payload.flag("restart_expected");
        Duration restartDelay = restartDelay(payload);
        if (envelope.findings().broken()) {
            return envelope.unreadable();
        }
        return new NodeEvent.Departed(
                identity.nodeId(),
                identity.type(),
                reason,
                Boolean.TRUE.equals(restartExpected),
                restartDelay,
                envelope.version(epoch),
                envelope.receivedAt(),
                envelope.correlationId(),
                envelope.findings().leniencies());
    }

    private static void readShutdownIntrospection(Envelope envelope) {
        IntrospectionReader.readAround(envelope);
        String reason = broadcastReason(envelope.payload());
        if (SHUTDOWN.equalsIgnoreCase(reason) && !SHUTDOWN.equals(reason)) {
            envelope.payload().lenient(Leniency.ENUM_CASE, "metadata.broadcast_reason", "must be lower case");
        }
    }

    private static String broadcastReason(Fields payload) {
        JsonNode metadata = payload.get("metadata");
        return metadata == null ? null : metadata.path("broadcast_reason").textValue();
    }

    private static String reason(Fields payload, EventKind kind) {
        return switch (kind) {
            case TOMBSTONE -> required(payload, "removal_reason");
            case SHUTDOWN -> required(payload, "shutdown_reason");
            case DEREGISTRATION -> {
                String reason = known(payload, payload.has("removal_reason") ? "removal_reason" : "reason");
                yield reason == null ? BY_HAND : reason;
            }
            default -> GRACEFUL;
        };
    }

    private static String required(Fields payload, String name) {
        if (!payload.has(name)) {
            payload.error(name, "is missing");
        }
        return known(payload, name);
    }

    private static String known(Fields payload, String name) {
        String reason = payload.oneOf(name, text -> REASONS.contains(text) ? Optional.of(text) : Optional.empty());
        // The dialects have two words for the same thing.
        return "graceful".equals(reason) ? GRACEFUL : reason;
    }

    private static Duration restartDelay(Fields payload) {
        Double seconds = payload.number("restart_delay_seconds", Integer.MAX_VALUE);
        if (seconds == null) {
            return null;
        }
        // by the double's shortest decimal, because a hostile exact one has a billion digits
        return Duration.ofMillis(BigDecimal.valueOf(seconds).movePointRight(3).longValue());
    }
}
