// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/** One node of the simulated fleet and what it says about itself. For one thread. */
final class SimulatedNode {

    static final List<String> TYPES = List.of("effect", "compute", "reducer", "orchestrator");

    private static final List<Dialect> DIALECTS = List.of(Dialect.values());

    private final String name;
    private final String id;
    private final String type;
    private final Dialect dialect;
    private final String baseUrl;
    private long epoch;
    private int batchSize = 100;
    private boolean degraded;
    private boolean present;
    private Instant startedAt;

    /**
     * The node with that number, 0 or more; types and dialects take turns, and twelve nodes show each with each.
     *
     * @param baseUrl where the fleet answers by HTTP
     * @param epoch of its first start; every return counts up from it
     */
    SimulatedNode(int number, String baseUrl, long epoch) {
        this.type = TYPES.get(number % TYPES.size());
        this.dialect = DIALECTS.get(number % DIALECTS.size());
        this.name = type + "-" + (number / TYPES.size() + 1);
        // ids of the infra dialect are UUIDs; the same node has the same one in every run
        this.id = dialect == Dialect.INFRA
                ? UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString()
                : name;
        this.baseUrl = baseUrl;
        this.epoch = epoch - 1;
    }

    String id() {
        return id;
    }

    String type() {
        return type;
    }

    boolean isPresent() {
        return present;
    }

    /** Comes, or comes back, with an epoch higher than before. */
    void arrive(Instant now) {
        epoch++;
        startedAt = now;
        present = true;
        degraded = false;
    }

    void leave() {
        present = false;
    }

    /** Changes what it can do, which it has to announce. */
    void changeCapability() {
        batchSize = batchSize == 100 ? 200 : 100;
    }

    /** Feels worse, or well again, as its heartbeats tell. */
    void changeHealth() {
        degraded = !degraded;
    }

    /** @param correlationId of the request it answers, or a new one */
    ObjectNode introspection(String reason, String correlationId, Instant now) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode().put("node_id", id).put("node_type", type);
        ObjectNode capabilities = JsonNodeFactory.instance.objectNode();
        capabilities.putObject(type + "_processing").put("enabled", true);
        capabilities.put("batch_size", batchSize);
        payload.set(dialect == Dialect.INFRA ? "declared_capabilities" : "capabilities", capabilities);
        payload.putObject("endpoints")
                .put("health", baseUrl + "/nodes/" + id + "/health")
                .put("api", baseUrl + "/nodes/" + id + "/api");
        ObjectNode metadata = payload.putObject("metadata").put("version", "1.2.0").put("name", name);
        if (dialect == Dialect.INFRA) {
            payload.put("node_name", name).put("reason", reason);
            payload.set("node_version", version(1, 2, 0));
        } else {
            metadata.put("broadcast_reason", reason);
        }
        payload.put("node_role", "simulated");
        payload.put("network_id", "omninode-network-1");
        payload.put("deployment_id", "embedded");
        payload.put("epoch", epoch);
        payload.put("timestamp", time(now));
        payload.put("correlation_id", correlationId);
        return dialect.wrap(this, "node_introspection", payload, correlationId, now);
    }

    ObjectNode heartbeat(Instant now) {
        String correlationId = UUID.randomUUID().toString();
        long uptime = Duration.between(startedAt, now).toSeconds();
        ObjectNode payload = JsonNodeFactory.instance.objectNode().put("node_id", id).put("node_type", type);
        payload.put("uptime_seconds", uptime);
        if (dialect == Dialect.INFRA) {
            payload.put("node_version", "1.2.0");
            payload.put("active_operations_count", uptime % 7);
            payload.put("memory_usage_mb", 256.0);
            payload.put("cpu_usage_percent", 10.0 + uptime % 50);
        } else {
            payload.put("health_status", degraded ? "degraded" : "healthy");
            payload.put("active_operations", uptime % 7);
            payload.put("last_activity_timestamp", time(now));
            payload.putObject("resource_usage").put("cpu_percent", 10.0 + uptime % 50).put("memory_mb", 256.0);
            payload.putObject("metadata").put("version", "1.2.0");
        }
        payload.put("timestamp", time(now));
        payload.put("correlation_id", correlationId);
        return dialect.wrap(this, "node_heartbeat", payload, correlationId, now);
    }

    /** Its shutdown event: a tombstone where the dialect has one, else an introspection that says shutdown. */
    ObjectNode departure(Instant now) {
        String correlationId = UUID.randomUUID().toString();
        if (dialect != Dialect.BRIDGE_DOCUMENT) {
            return introspection("shutdown", correlationId, now);
        }
        ObjectNode payload = JsonNodeFactory.instance.objectNode().put("node_id", id).put("node_type", type);
        payload.put("removal_reason", "graceful_shutdown");
        payload.put("removal_timestamp", time(now));
        payload.put("final_status", "healthy");
        payload.putObject("metadata").put("uptime_seconds", Duration.between(startedAt, now).toSeconds());
        return dialect.wrap(this, "node_tombstone", payload, correlationId, now);
    }

    static ObjectNode version(int major, int minor, int patch) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("major", major)
                .put("minor", minor)
                .put("patch", patch)
                .putNull("prerelease")
                .putNull("build");
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).toString();
    }
}
