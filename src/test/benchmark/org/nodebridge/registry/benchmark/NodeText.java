// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What nodes say, in the design document's dialect and of about the size that nodes send. Written as text, because the
 * load generator shares its cores with what it measures.
 */
final class NodeText {

    private static final String ENDPOINT = "http://127.0.0.1:9/";

    private final String nodeType;

    NodeText(String nodeType) {
        this.nodeType = nodeType;
    }

    /** An introduction; another number of the change is another content. */
    byte[] introduction(String nodeId, long change, Instant now) {
        return envelope("NODE_INTROSPECTION", nodeId, now, payload(nodeId, change, now));
    }

    /** The bare payload, for a manual registration. */
    byte[] registration(String nodeId, long change, Instant now) {
        return payload(nodeId, change, now).getBytes(StandardCharsets.UTF_8);
    }

    /** A heartbeat of a node that is well. */
    byte[] heartbeat(String nodeId, Instant now) {
        return envelope("NODE_HEARTBEAT", nodeId, now, "{\"node_id\":\"" + nodeId + "\",\"node_type\":\"" + nodeType
                + "\",\"health_status\":\"healthy\",\"uptime_seconds\":3600,\"active_operations\":5,"
                + "\"resource_usage\":{\"cpu_percent\":45.2,\"memory_mb\":512.0},\"last_activity_timestamp\":\""
                + time(now) + "\",\"timestamp\":\"" + time(now) + "\"}");
    }

    /** The number of the change that a version stands for, as PostgreSQL and Consul show it. */
    static long change(String version) {
        return Long.parseLong(version.substring(version.lastIndexOf('.') + 1));
    }

    /** The number at the end of a node's id. */
    static long number(String nodeId) {
        return Long.parseLong(nodeId.substring(nodeId.lastIndexOf('-') + 1));
    }

    private String payload(String nodeId, long change, Instant now) {
        return "{\"node_id\":\"" + nodeId + "\",\"node_type\":\"" + nodeType + "\",\"node_role\":\"adapter\","
                + "\"capabilities\":{\"stamp\":{\"max_size\":10485760,\"formats\":[\"json\",\"yaml\",\"text\"]},"
                + "\"validate\":{\"schema\":true},\"hash\":{\"algorithm\":\"blake3\"}},"
                + "\"endpoints\":{\"health\":\"" + ENDPOINT + "health\",\"api\":\"" + ENDPOINT + "api/v1\"},"
                + "\"metadata\":{\"version\":\"1.0." + change + "\",\"environment\":\"benchmark\","
                + "\"author\":\"OmniNode Team\",\"description\":\"A node of the benchmark\"},"
                + "\"network_id\":\"net-1\",\"deployment_id\":\"dep-1\",\"epoch\":1,\"timestamp\":\"" + time(now)
                + "\"}";
    }

    private static byte[] envelope(String eventType, String nodeId, Instant now, String payload) {
        String text = "{\"envelope_version\":\"1.0\",\"event_id\":\"" + id() + "\",\"event_type\":\"" + eventType
                + "\",\"event_timestamp\":\"" + time(now) + "\",\"source_node_id\":\"" + nodeId
                + "\",\"source_service\":\"benchmark\",\"source_version\":\"1.0.0\",\"correlation_id\":\"" + id()
                + "\",\"environment\":\"benchmark\",\"payload\":" + payload + "}";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Not of the secure kind, which would be most of the work. */
    private static UUID id() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long most = random.nextLong() & ~0xF000L | 0x4000L;
        long least = random.nextLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
        return new UUID(most, least);
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).toString();
    }
}
