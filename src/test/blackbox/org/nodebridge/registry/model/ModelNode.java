// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.nodebridge.registry.model.ModelEvent.Kind;

/** One node and what it says in its dialect. For one thread. */
final class ModelNode {

    static final String INTROSPECTION = "node-introspection.v1";
    static final String HEARTBEAT = "node-heartbeat.v1";

    private static final List<String> TYPES = List.of("effect", "compute", "reducer", "orchestrator");
    private static final List<String> HEALTH = List.of("healthy", "healthy", "degraded", "critical");
    private static final List<String> REMOVALS = List.of("graceful_shutdown", "lease_expired", "manual_deregistration");
    private static final List<String> SHUTDOWNS = List.of("graceful", "error", "forced", "maintenance");

    private final int number;
    private final String id;
    private final Dialect dialect;
    private final Random random;
    private long epoch = 1;
    private int marker;

    ModelNode(String prefix, int number, Random random) {
        this.number = number;
        this.random = random;
        this.dialect = List.of(Dialect.values()).get(number % 3);
        // ids of the infra dialect are UUIDs
        this.id = dialect == Dialect.INFRA
                ? UUID.nameUUIDFromBytes((prefix + number).getBytes(StandardCharsets.UTF_8)).toString()
                : prefix + "-" + number;
    }

    /** Comes back from a restart; its content is another then. */
    void restart() {
        epoch++;
        change();
    }

    /** Can do something else from now on. */
    void change() {
        marker++;
    }

    ModelEvent introduction(Instant time) {
        return event(Kind.INTRODUCED, epochSaid(), time, uuid(), "node_introspection", introspection(time, "startup"));
    }

    ModelEvent heartbeat(Instant time) {
        ObjectNode payload = payload().put("uptime_seconds", 60).put("timestamp", time.toString());
        if (dialect != Dialect.INFRA) {
            payload.put("health_status", HEALTH.get(random.nextInt(HEALTH.size())));
        }
        return event(Kind.HEARTBEAT, null, time, uuid(), "node_heartbeat", payload);
    }

    /** In one of the forms its dialect has for it. */
    ModelEvent departure(Instant time) {
        UUID eventId = uuid();
        return switch (random.nextInt(dialect == Dialect.INFRA ? 4 : 3)) {
            case 0 -> event(
                    Kind.DEPARTED, epochSaid(), time, eventId, "node_introspection", introspection(time, "shutdown"));
            case 1 -> event(Kind.DEPARTED, null, time, eventId, "node_tombstone", payload()
                    .put("removal_reason", REMOVALS.get(random.nextInt(REMOVALS.size()))));
            case 2 -> event(Kind.DEPARTED, null, time, eventId, "node_deregistration", payload());
            default -> shutdown(time, eventId);
        };
    }

    /** The core project's own event: no envelope and no type; after maintenance the node will be back. */
    private ModelEvent shutdown(Instant time, UUID eventId) {
        String reason = SHUTDOWNS.get(random.nextInt(SHUTDOWNS.size()));
        ObjectNode record = JsonNodeFactory.instance.objectNode()
                .put("event_type", "node_shutdown_event")
                .put("event_id", eventId.toString())
                .put("node_id", id)
                .put("timestamp", time.toString())
                .put("shutdown_reason", reason)
                .put("restart_expected", reason.equals("maintenance"));
        return new ModelEvent(
                Kind.DEPARTED, id, null, time, eventId, marker, INTROSPECTION, utf8(record));
    }

    private ObjectNode introspection(Instant time, String reason) {
        ObjectNode payload = payload().put("timestamp", time.toString());
        ObjectNode metadata = payload.putObject("metadata").put("owner", "model");
        ObjectNode capabilities = payload.putObject(
                dialect == Dialect.INFRA ? "declared_capabilities" : "capabilities");
        capabilities.put("marker", marker).putObject("stamping").put("algorithm", "BLAKE3");
        payload.putObject("endpoints").put("health", "http://node-" + number + ".model:8080/health");
        if (epochSaid() != null) {
            payload.put("epoch", epoch);
        }
        if (dialect == Dialect.INFRA) {
            payload.put("reason", reason).put("node_version", "1.0." + marker);
        } else {
            metadata.put("version", "1.0." + marker).put("broadcast_reason", reason);
        }
        return payload;
    }

    private ObjectNode payload() {
        return JsonNodeFactory.instance.objectNode()
                .put("node_id", id)
                .put("node_type", TYPES.get(number / 3 % TYPES.size()));
    }

    /** Every fifth node never names an epoch. */
    private Long epochSaid() {
        return number % 5 == 4 ? null : epoch;
    }

    private ModelEvent event(
            Kind kind, Long epochSaid, Instant time, UUID eventId, String eventType, ObjectNode payload) {
        return new ModelEvent(
                kind, id, epochSaid, time, eventId, marker, kind == Kind.HEARTBEAT ? HEARTBEAT : INTROSPECTION,
                utf8(dialect.wrap(id, eventType, time, eventId, payload)));
    }

    private UUID uuid() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return UUID.nameUUIDFromBytes(bytes);
    }

    private static byte[] utf8(ObjectNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
