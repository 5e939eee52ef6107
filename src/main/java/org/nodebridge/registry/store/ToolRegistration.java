// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.SourcePosition;

/**
 * A node's row. Read through JPA; written by {@link RegistrationBatchRepository} in SQL, where the version guard is.
 * The identity here is the node's id ({@code tool_id}), which is unique and what everybody asks by.
 */
@Entity
@Table(name = "tool_registrations")
public class ToolRegistration {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Id
    @Column(name = "tool_id")
    private String toolId;

    @Column(name = "node_type")
    private String nodeType;

    private String capabilities;
    private String endpoints;
    private String metadata;

    @Column(name = "health_endpoint")
    private String healthEndpoint;

    @Column(name = "last_heartbeat")
    private Instant lastHeartbeat;

    @Column(name = "last_seen_at")
    private Instant lastSeenAt;

    @Column(name = "last_seen_by")
    private String lastSeenBy;

    @Column(name = "registered_at")
    private Instant registeredAt;

    @Column(name = "updated_at")
    private Instant updatedAt;

    private String status;

    @Column(name = "status_reason")
    private String statusReason;

    private Long epoch;

    @Column(name = "event_timestamp")
    private Instant eventTimestamp;

    @Column(name = "event_id")
    private UUID eventId;

    @Column(name = "event_position")
    private String eventPosition;

    @Column(name = "event_position_of")
    private UUID eventPositionOf;

    @Column(name = "content_hash")
    private String contentHash;

    @Column(name = "content_timestamp")
    private Instant contentTimestamp;

    @Column(name = "content_event_id")
    private UUID contentEventId;

    @Column(name = "node_role")
    private String nodeRole;

    @Column(name = "node_version")
    private String nodeVersion;

    private String environment;
    private String region;

    @Column(name = "network_id")
    private String networkId;

    @Column(name = "deployment_id")
    private String deploymentId;

    private long revision;

    @Column(name = "catalog_version")
    private long catalogVersion;

    @Column(name = "catalog_error")
    private String catalogError;

    @Column(name = "check_status")
    private String checkStatus;

    @Column(name = "health_status")
    private String healthStatus;

    @Column(name = "lease_expires_at")
    private Instant leaseExpiresAt;

    @Column(name = "lease_ttl_seconds")
    private double leaseTtlSeconds;

    private String watch;

    @Column(name = "heartbeat_timestamp")
    private Instant heartbeatTimestamp;

    @Column(name = "probe_failures")
    private int probeFailures;

    @Column(name = "probe_result")
    private String probeResult;

    @Column(name = "probe_detail")
    private String probeDetail;

    @Column(name = "probed_at")
    private Instant probedAt;

    @Column(name = "damped_until")
    private Instant dampedUntil;

    @Column(name = "active_operations")
    private Long activeOperations;

    @Column(name = "uptime_seconds")
    private Double uptimeSeconds;

    @Column(name = "cpu_percent")
    private Double cpuPercent;

    @Column(name = "memory_mb")
    private Double memoryMb;

    /** What the node said of itself, as it was said. */
    public NodeDescription description() {
        return new NodeDescription(
                toolId,
                NodeType.ofWireName(nodeType).orElseThrow(),
                nodeRole,
                object(capabilities),
                endpoints(),
                object(metadata),
                nodeVersion,
                environment,
                region,
                networkId,
                deploymentId);
    }

    /** The node's epoch, and time and id of the event that last changed its content. */
    public EventVersion contentVersion() {
        return new EventVersion(epoch, GregorianTime.of(contentTimestamp), contentEventId);
    }

    /** The place of the newest event of the node that was applied. */
    public EventVersion version() {
        boolean ofThisEvent = eventPosition != null && eventId.equals(eventPositionOf);
        return new EventVersion(
                epoch, GregorianTime.of(eventTimestamp), ofThisEvent ? eventPosition : SourcePosition.NONE, eventId);
    }

    /** The fingerprint of what the node said of itself. */
    public String contentHash() {
        return contentHash;
    }

    /** The given time, or one just after the node's newest event where the node's clock runs ahead of it. */
    public Instant outranking(Instant time) {
        return eventTimestamp.isBefore(time) ? time : eventTimestamp.plusMillis(1);
    }

    public String nodeId() {
        return toolId;
    }

    public RegistrationStatus status() {
        return RegistrationStatus.ofWireName(status);
    }

    /** Why the node is in its state, or {@code null}. */
    public String statusReason() {
        return statusReason;
    }

    public long revision() {
        return revision;
    }

    /** Whether Consul has confirmed what this row says. */
    public boolean catalogCurrent() {
        return revision == catalogVersion;
    }

    /** What Consul said when it refused this row, or {@code null}. */
    public String catalogError() {
        return catalogError;
    }

    /** passing, warning or critical. */
    public String checkStatus() {
        return checkStatus;
    }

    /** What the node last said of its health, or {@code null}. */
    public String healthStatus() {
        return healthStatus;
    }

    /** Of a heartbeat alone, see {@link RealHeartbeat}; {@code null} when none has come. */
    public Instant lastHeartbeat() {
        return lastSeenAt != null || heartbeatTimestamp != null ? lastHeartbeat : null;
    }

    /** When the node last registered, sent a heartbeat or answered a probe; {@code null} when that is not known. */
    public Instant lastSeenAt() {
        return lastSeenAt == null ? lastHeartbeat : lastSeenAt;
    }

    /** registration, heartbeat or probe; {@code null} when that is not known. */
    public String lastSeenBy() {
        return lastSeenBy;
    }

    public Instant leaseExpiresAt() {
        return leaseExpiresAt;
    }

    /** How long a sign of life of this node counts, in seconds. */
    public double leaseTtlSeconds() {
        return leaseTtlSeconds;
    }

    /** By what it is watched: auto, heartbeat, probe or both. */
    public String watch() {
        return watch;
    }

    /** Whether it has sent a heartbeat since it was registered. */
    public boolean sendsHeartbeats() {
        return heartbeatTimestamp != null;
    }

    /** Failed probes in a row. */
    public int probeFailures() {
        return probeFailures;
    }

    /** What came of the last probe, in a word, or {@code null}. */
    public String probeResult() {
        return probeResult;
    }

    /** What came of the last probe, for a person, or {@code null}. */
    public String probeDetail() {
        return probeDetail;
    }

    /** When it was last probed, or {@code null}. */
    public Instant probedAt() {
        return probedAt;
    }

    /** Until when its check may not become better, or {@code null}. */
    public Instant dampedUntil() {
        return dampedUntil;
    }

    public Instant registeredAt() {
        return registeredAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }

    public Long activeOperations() {
        return activeOperations;
    }

    public Double uptimeSeconds() {
        return uptimeSeconds;
    }

    public Double cpuPercent() {
        return cpuPercent;
    }

    public Double memoryMb() {
        return memoryMb;
    }

    private Map<String, String> endpoints() {
        try {
            return JSON.readValue(endpoints, new TypeReference<LinkedHashMap<String, String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("endpoints of " + toolId + " are not an object of strings", e);
        }
    }

    private static ObjectNode object(String json) {
        try {
            return JSON.readValue(json, ObjectNode.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL gave JSON that is no object", e);
        }
    }
}
