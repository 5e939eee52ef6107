// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/** A node of a made-up fleet, which speaks one of the three dialects and says what its {@link NodeFacts} are. */
record FleetNode(String id, String type, Dialect dialect, int number) {

    enum Dialect {
        BRIDGE,
        DOCUMENT,
        INFRA
    }

    static final List<String> TYPES = List.of("effect", "compute", "reducer", "orchestrator");

    /** A node whose type, dialect and id follow from its number; the id begins with the prefix, of eight characters. */
    static FleetNode numbered(String prefix, int number) {
        Dialect dialect = Dialect.values()[number / 4 % 3];
        String id = dialect == Dialect.INFRA
                ? prefix + UUID.randomUUID().toString().substring(8)
                : prefix + "/Knoten Nr. " + number + " ü%#?";
        return new FleetNode(id, TYPES.get(number % 4), dialect, number);
    }

    /** What the node is, as of that moment; the throughput is the capability that changes. */
    NodeFacts facts(Instant time, int throughput) {
        ObjectNode capabilities = Json.object("""
                {'stamping': {'algorithm': 'BLAKE3', 'throughput': %d}, 'batch': [1, 2.50, 'x'], 'übersetzen': true}"""
                .formatted(throughput));
        ObjectNode endpoints = Json.MAPPER.createObjectNode();
        endpoints.put("metrics", "http://elsewhere:9090/metrics");
        switch (number % 3) {
            case 0 -> endpoints.put("health", "http://node-" + number + ".fleet:" + (8000 + number) + "/health");
            case 1 -> endpoints.put("health", "https://node-" + number + ".fleet/health?deep=1");
            default -> endpoints.put("api", "http://[2001:db8::" + number + "]:9443/api");
        }
        ObjectNode metadata = Json.object("""
                {'version': '1.%d.0', 'environment': 'production', 'region': 'eu-%d', 'owner': {'team': 'Ж'}}"""
                .formatted(number, number % 4));
        return new NodeFacts(
                id, type, "role-" + number % 5, capabilities, endpoints, metadata, "1." + number + ".0", "production",
                "eu-" + number % 4, "network-" + number % 2, null, number % 7 == 0 ? null : 3L,
                time.truncatedTo(ChronoUnit.MICROS), UUID.randomUUID().toString(), UUID.randomUUID().toString());
    }

    /** The introspection that says these facts. */
    byte[] introduction(NodeFacts facts) {
        ObjectNode payload = Json.MAPPER.createObjectNode()
                .put("node_id", facts.id())
                .put("node_type", facts.type())
                .put("node_role", facts.role())
                .put("timestamp", facts.time().toString())
                .put("correlation_id", facts.correlationId())
                .put("network_id", facts.networkId())
                .put("epoch", facts.epoch());
        payload.set("endpoints", facts.endpoints());
        payload.set("metadata", facts.metadata());
        if (dialect == Dialect.INFRA) {
            payload.put("reason", "startup").put("node_version", facts.version());
            payload.set("declared_capabilities", facts.capabilities());
        } else {
            payload.set("capabilities", facts.capabilities());
        }
        return record("node-introspection", facts.time(), facts.eventId(), payload);
    }

    byte[] heartbeat(Instant time, String healthStatus) {
        ObjectNode payload = Json.MAPPER.createObjectNode()
                .put("node_id", id)
                .put("node_type", type)
                .put("health_status", healthStatus)
                .put("uptime_seconds", 60)
                .put("timestamp", time.toString());
        return record("NODE_HEARTBEAT", time, UUID.randomUUID().toString(), payload);
    }

    byte[] departure(Instant time) {
        ObjectNode payload = Json.MAPPER.createObjectNode()
                .put("node_id", id)
                .put("node_type", type)
                .put("removal_reason", "graceful_shutdown");
        return record("NODE_TOMBSTONE", time, UUID.randomUUID().toString(), payload);
    }

    private byte[] record(String eventType, Instant time, String eventId, ObjectNode payload) {
        ObjectNode record = Json.MAPPER.createObjectNode();
        switch (dialect) {
            case BRIDGE -> record.put("envelope_version", "1.0")
                    .put("event_id", eventId)
                    .put("event_type", eventType)
                    .put("event_timestamp", time.toString())
                    .put("source_node_id", id)
                    .put("environment", "production");
            case DOCUMENT -> record.put("envelope_version", "1.0")
                    .put("event_id", eventId)
                    .put("event_type", eventType)
                    .put("timestamp", time.toString())
                    .put("source_node", id);
            case INFRA -> {
                record.put("envelope_id", eventId).put("envelope_timestamp", time.toString());
                if (!eventType.equals("node-introspection")) {
                    record.put("event_type", eventType);
                }
            }
        }
        record.set("payload", payload);
        return Json.utf8(record);
    }
}
