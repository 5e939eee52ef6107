// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/** The three envelopes; see {@code src/test/resources/wire} for what nodes really send. */
enum Dialect {
    BRIDGE,
    DOCUMENT,
    INFRA;

    /** @param eventType in the bridge's spelling */
    ObjectNode wrap(String nodeId, String eventType, Instant time, UUID eventId, ObjectNode payload) {
        ObjectNode record = JsonNodeFactory.instance.objectNode();
        switch (this) {
            case BRIDGE -> record.put("envelope_version", "1.0")
                    .put("event_id", eventId.toString())
                    .put("event_type", eventType)
                    .put("event_timestamp", time.toString())
                    .put("source_node_id", nodeId);
            case DOCUMENT -> record.put("envelope_version", "1.0")
                    .put("event_id", eventId.toString())
                    .put("event_type", eventType.toUpperCase(java.util.Locale.ROOT))
                    .put("timestamp", time.toString())
                    .put("source_node", nodeId);
            case INFRA -> {
                record.put("envelope_id", eventId.toString()).put("envelope_timestamp", time.toString());
                // the topic tells, but for events that are not what the topic is for
                if (eventType.equals("node_introspection") || eventType.equals("node_heartbeat")) {
                    record.putNull("event_type");
                } else {
                    record.put("event_type", eventType);
                }
            }
        }
        record.set("payload", payload);
        return record;
    }
}
