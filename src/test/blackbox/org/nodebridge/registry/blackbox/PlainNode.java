// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A node that says no more than it must, in the design document's dialect. What it says is always of now. */
record PlainNode(String id) {

    /** A node that no other test has. */
    static PlainNode unique(String prefix) {
        return new PlainNode(Registry.uniqueId(prefix));
    }

    /** Many nodes whose ids all begin with the prefix and a hyphen. */
    static Stream<PlainNode> many(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(number -> new PlainNode(prefix + "-" + number));
    }

    /** What it is registered with manually. */
    ObjectNode payload() {
        ObjectNode payload = Json.object("{'node_type': 'effect', 'capabilities': {'stamp': {}}, 'endpoints':"
                + " {'health': 'http://127.0.0.1:9/health'}, 'metadata': {'version': '1.2.3'}}");
        return payload.put("node_id", id).put("timestamp", Instant.now().toString());
    }

    byte[] introduction() {
        return introduction(payload());
    }

    byte[] introduction(ObjectNode payload) {
        return envelope("NODE_INTROSPECTION", payload);
    }

    /** In answer to a request. */
    byte[] introductionFor(String correlationId) {
        ObjectNode envelope = (ObjectNode) Json.parse(new String(introduction(), StandardCharsets.UTF_8));
        return Json.utf8(envelope.put("correlation_id", correlationId));
    }

    byte[] heartbeat(String healthStatus) {
        return envelope("NODE_HEARTBEAT", alive(healthStatus));
    }

    /** Of a node that is well and has so many operations to do. */
    byte[] heartbeat(int activeOperations) {
        return envelope("NODE_HEARTBEAT", alive("healthy").put("active_operations", activeOperations));
    }

    private ObjectNode alive(String healthStatus) {
        ObjectNode payload = Json.object("{'node_type': 'effect', 'uptime_seconds': 60}");
        return payload.put("node_id", id).put("health_status", healthStatus);
    }

    byte[] departure() {
        ObjectNode payload = Json.object("{'node_type': 'effect', 'removal_reason': 'graceful_shutdown'}");
        return envelope("NODE_TOMBSTONE", payload.put("node_id", id));
    }

    /** It drains from then on, and is back in an hour. The dialect of that event takes ids that are UUIDs alone. */
    byte[] stopsForAWhile() {
        ObjectNode shutdown = Json.object("{'event_type': 'node_shutdown_event', 'shutdown_reason': 'maintenance',"
                + " 'final_status': 'stopping', 'restart_expected': true, 'restart_delay_seconds': 3600}");
        return Json.utf8(shutdown.put("node_id", id)
                .put("event_id", UUID.randomUUID().toString())
                .put("timestamp", Instant.now().toString()));
    }

    private byte[] envelope(String eventType, ObjectNode payload) {
        ObjectNode envelope = Json.object("{'envelope_version': '1.0'}")
                .put("event_id", UUID.randomUUID().toString())
                .put("event_type", eventType)
                .put("event_timestamp", Instant.now().toString())
                .put("source_node_id", id)
                .put("correlation_id", UUID.randomUUID().toString());
        return Json.utf8(envelope.set("payload", payload));
    }
}
