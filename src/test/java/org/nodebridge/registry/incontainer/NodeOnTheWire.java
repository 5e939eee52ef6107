// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeType;

/** A node and what it says. Each event counts as received at its own time. */
public record NodeOnTheWire(String nodeId, NodeType type, String capability) {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    public static NodeOnTheWire named(String nodeId) {
        return new NodeOnTheWire(nodeId, NodeType.COMPUTE, "hash");
    }

    /** A version without an epoch, so many seconds after noon, with an id of its own. */
    public static EventVersion at(int seconds) {
        return at(null, seconds);
    }

    /** A version so many seconds after noon, with an id of its own. */
    public static EventVersion at(Long epoch, int seconds) {
        return new EventVersion(epoch, NOON.plusSeconds(seconds), UUID.randomUUID());
    }

    /** The same node, able to do something else. */
    public NodeOnTheWire capableOf(String other) {
        return new NodeOnTheWire(nodeId, type, other);
    }

    public NodeDescription description() {
        ObjectNode capabilities = JsonNodeFactory.instance.objectNode();
        capabilities.putObject(capability).put("max_throughput", 1000).put("größe", 0.5);
        ObjectNode metadata = JsonNodeFactory.instance.objectNode().put("owner", "東京 \"quoted\" \\ {x,y}");
        return new NodeDescription(
                nodeId, type, "adapter", capabilities,
                Map.of("health", "http://node.test:8080/health", "api", "http://node.test:8080/api"),
                metadata, "1.2.3", "production", "us-west-2", "net-1", "dep-1");
    }

    public Introduced introduced(EventVersion version) {
        return introduced(version, version.eventTime());
    }

    public Introduced introduced(EventVersion version, Instant receivedAt) {
        return new Introduced(description(), version, receivedAt, "correlation-1", Set.of());
    }

    public Departed departed(EventVersion version) {
        return departed(type, false, null, version);
    }

    /** A departure that does not name the node's type. */
    public Departed departedWithoutType(EventVersion version) {
        return departed(null, false, null, version);
    }

    /** A departure for maintenance. */
    public Departed backIn(Duration delay, EventVersion version) {
        return departed(type, true, delay, version);
    }

    public Heartbeat heartbeat(EventVersion version, HealthStatus health) {
        return heartbeat(version, health, version.eventTime());
    }

    public Heartbeat heartbeat(EventVersion version, HealthStatus health, Instant receivedAt) {
        long operations = version.eventTime().getEpochSecond() - NOON.getEpochSecond();
        return new Heartbeat(
                nodeId, type, health, operations, 12.5, 33.3, 256.0, version, receivedAt, null, Set.of());
    }

    private Departed departed(NodeType named, boolean restart, Duration delay, EventVersion version) {
        return new Departed(
                nodeId, named, restart ? "maintenance" : "graceful_shutdown", restart, delay, version,
                version.eventTime(), null, Set.of());
    }
}
