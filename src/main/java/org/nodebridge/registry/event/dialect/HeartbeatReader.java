// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import org.nodebridge.registry.event.Fields;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeType;

/** Reads the payload of a heartbeat. */
final class HeartbeatReader {

    private static final double ANY = Double.MAX_VALUE;

    private HeartbeatReader() {}

    static NodeEvent read(Envelope envelope) {
        Fields payload = envelope.payload();
        payload.expectOnly(envelope.dialect().heartbeatFields());
        return read(envelope, NodeIdentity.read(payload, envelope.dialect(), true), true);
    }

    /** Reads a payload that came by itself, of a node that is known: nothing need be in it. */
    static NodeEvent readBare(Envelope envelope, String nodeId) {
        Fields payload = envelope.payload();
        payload.expectOnly(Dialects.ANY_HEARTBEAT);
        String named = payload.text("node_id");
        if (named != null && !named.equals(nodeId)) {
            payload.error("node_id", "is not the node of this request");
        }
        NodeIdentity identity = new NodeIdentity(nodeId, payload.oneOf("node_type", NodeType::ofWireName));
        return read(envelope, identity, false);
    }

    private static NodeEvent read(Envelope envelope, NodeIdentity identity, boolean complete) {
        Fields payload = envelope.payload();
        HealthStatus health = payload.oneOf("health_status", HealthStatus::ofWireName);
        Double uptime = payload.number("uptime_seconds", ANY);
        if (complete && !payload.has("uptime_seconds")) {
            payload.error("uptime_seconds", "is missing");
        }
        if (complete) {
            envelope.dialect().checkHeartbeat(payload, uptime);
        }
        payload.version("node_version");
        Long operations = either(payload.count("active_operations"), payload.count("active_operations_count"));
        Double cpu = payload.number("cpu_usage_percent", 100);
        Double memory = payload.number("memory_usage_mb", ANY);
        Fields usage = payload.object("resource_usage");
        if (usage != null) {
            cpu = either(usage.number("cpu_percent", 100), cpu);
            memory = either(usage.number("memory_mb", ANY), memory);
            checkUnkept(usage);
        }
        if (envelope.findings().broken()) {
            return envelope.unreadable();
        }
        return new NodeEvent.Heartbeat(
                identity.nodeId(),
                identity.type(),
                health,
                operations,
                uptime,
                cpu,
                memory,
                envelope.version(null),
                envelope.receivedAt(),
                envelope.correlationId(),
                envelope.findings().leniencies());
    }

    private static void checkUnkept(Fields usage) {
        usage.number("memory_percent", 100);
        usage.number("disk_usage_percent", 100);
        usage.count("network_connections");
        usage.count("thread_count");
    }

    private static <T> T either(T first, T second) {
        return first != null ? first : second;
    }
}
