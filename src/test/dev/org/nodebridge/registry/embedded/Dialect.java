// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;

/** The three forms in which nodes wrap what they say; each strict, so that nothing of it has to be read leniently. */
enum Dialect {

    /** What nodes of omninode_bridge send. */
    BRIDGE {
        @Override
        ObjectNode wrap(SimulatedNode node, String eventType, ObjectNode payload, String correlationId, Instant now) {
            ObjectNode envelope = head("event_id", "event_timestamp", now, correlationId);
            envelope.put("envelope_version", "1.0");
            envelope.put("event_type", eventType);
            envelope.put("event_version", "1.0");
            envelope.put("source_node_id", node.id());
            return bridge(envelope, node, payload);
        }
    },

    /** What the documents of omninode_bridge show. */
    BRIDGE_DOCUMENT {
        @Override
        ObjectNode wrap(SimulatedNode node, String eventType, ObjectNode payload, String correlationId, Instant now) {
            ObjectNode envelope = head("event_id", "timestamp", now, correlationId);
            envelope.put("envelope_version", "1.0");
            envelope.put("event_type", eventType.toUpperCase(Locale.ROOT));
            envelope.put("event_version", "1.0");
            envelope.put("source_node", node.id());
            return bridge(envelope, node, payload);
        }
    },

    /** What nodes of omnibase_infra and omnibase_core send: the topic tells the type of the event. */
    INFRA {
        @Override
        ObjectNode wrap(SimulatedNode node, String eventType, ObjectNode payload, String correlationId, Instant now) {
            ObjectNode envelope = head("envelope_id", "envelope_timestamp", now, correlationId);
            envelope.set("envelope_version", SimulatedNode.version(2, 1, 0));
            envelope.put("source_tool", "simulated-fleet");
            envelope.putNull("event_type");
            envelope.put("priority", 5);
            envelope.put("retry_count", 0);
            return envelope.set("payload", payload);
        }
    };

    /** The whole record of an event with the given payload. */
    abstract ObjectNode wrap(
            SimulatedNode node, String eventType, ObjectNode payload, String correlationId, Instant now);

    private static ObjectNode head(String idField, String timeField, Instant now, String correlationId) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(idField, UUID.randomUUID().toString())
                .put(timeField, now.truncatedTo(ChronoUnit.MICROS).toString())
                .put("correlation_id", correlationId);
    }

    private static ObjectNode bridge(ObjectNode envelope, SimulatedNode node, ObjectNode payload) {
        envelope.put("source_service", "simulated-fleet");
        envelope.put("source_version", "1.0.0");
        envelope.put("source_instance", node.id());
        envelope.put("environment", "development");
        envelope.put("partition_key", node.id());
        envelope.set("payload", payload);
        envelope.putObject("metadata").put("node_type", node.type());
        return envelope;
    }
}
