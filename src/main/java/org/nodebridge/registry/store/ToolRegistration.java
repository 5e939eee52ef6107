// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.nodebridge.registry.event.Endpoint;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.SourcePosition;
import org.nodebridge.registry.store.jdbc.GregorianTime;
import org.nodebridge.registry.store.jdbc.StoredJson;
import org.nodebridge.registry.store.jdbc.StoredTime;

/**
 * A node's row. Read through JPA, by queries of {@link RegistrationRowsSql} alone, which give more columns than the
 * table has (those that are never updated); written by {@link RegistrationBatchRepository} in SQL, where the version
 * guard is. The identity here is the node's id ({@code tool_id}), which is unique and the key of all queries.
 *
 * <p>Other programs know the original table and write to it. Nothing here throws for what they may have written: the
 * columns of JSON are given as PostgreSQL writes them, {@link #description} leaves out what cannot be one, and
 * {@link #malformed} names the columns.
 *
 * <p>Every column is named: JPA would make the name of one that is not in capital letters, by the rules of the language
 * that the JVM runs in, and in Turkish there would be no {@code CAPABILITIES}.
 */
@Entity
@Table(name = "tool_registrations")
public class ToolRegistration {

    @Id
    @Column(name = "tool_id")
    private String toolId;

    @Column(name = "node_type")
    private String nodeType;

    @Column(name = "capabilities")
    private String capabilities;

    @Column(name = "endpoints")
    private String endpoints;

    @Column(name = "metadata")
    private String metadata;

    @Column(name = "health_endpoint")
    private String healthEndpoint;

    @Column(name = "last_heartbeat_text", insertable = false, updatable = false)
    private String lastHeartbeat;

    @Column(name = "last_seen_at")
    private Instant lastSeenAt;

    @Column(name = "last_seen_by")
    private String lastSeenBy;

    @Column(name = "registered_at_text", insertable = false, updatable = false)
    private String registeredAt;

    @Column(name = "updated_at_text", insertable = false, updatable = false)
    private String updatedAt;

    /** What an operator can give is shorter; another program's would be more than Consul takes. */
    private static final int MAX_CORDON_LENGTH = 500;

    /** The time of an event that any other is newer than. */
    public static final Instant BEFORE_ANY = Instant.ofEpochSecond(Instant.MIN.getEpochSecond());

    /** The times that are not of the years 1 to 9999, as a JSON object of texts; {@code null} for none. */
    @Column(name = "odd_times", insertable = false, updatable = false)
    private String oddTimesText;

    /** How many rows the query has found, of which it gives as many as fit. */
    @Column(name = "rows_found", insertable = false, updatable = false)
    private long rowsFound;

    @Transient
    private Map<String, String> oddTimes;

    @Transient
    private String shownCapabilities;

    @Transient
    private String shownEndpoints;

    @Transient
    private String shownMetadata;

    @Column(name = "status")
    private String status;

    @Column(name = "status_reason")
    private String statusReason;

    @Column(name = "epoch")
    private Long epoch;

    @Column(name = "event_epoch")
    private Long eventEpoch;

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

    @Column(name = "environment")
    private String environment;

    @Column(name = "region")
    private String region;

    @Column(name = "network_id")
    private String networkId;

    @Column(name = "deployment_id")
    private String deploymentId;

    @Column(name = "revision")
    private long revision;

    @Column(name = "pending_since", insertable = false, updatable = false)
    private String pendingSince;

    @Column(name = "refusal", insertable = false, updatable = false)
    private String catalogRefusal;

    @Column(name = "check_status")
    private String checkStatus;

    @Column(name = "health_status")
    private String healthStatus;

    @Column(name = "lease_expires_at")
    private Instant leaseExpiresAt;

    @Column(name = "lease_ttl_seconds")
    private double leaseTtlSeconds;

    @Column(name = "watch")
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

    @Column(name = "cordoned_at")
    private Instant cordonedAt;

    @Column(name = "cordoned_until")
    private Instant cordonedUntil;

    @Column(name = "cordoned_by")
    private String cordonedBy;

    @Column(name = "cordon_reason")
    private String cordonReason;

    @Column(name = "weight_step")
    private Integer weightStep;

    @Column(name = "active_operations")
    private Long activeOperations;

    @Column(name = "uptime_seconds")
    private Double uptimeSeconds;

    @Column(name = "cpu_percent")
    private Double cpuPercent;

    @Column(name = "memory_mb")
    private Double memoryMb;

    /** Makes what can be shown of JSON; not in the columns themselves, as JPA would write them back. */
    void showTexts() {
        oddTimes = oddTimesText == null ? Map.of() : StoredJson.texts(oddTimesText);
        shownCapabilities = StoredJson.shown(capabilities);
        shownEndpoints = StoredJson.shown(endpoints);
        shownMetadata = StoredJson.shown(metadata);
    }

    long rowsFound() {
        return rowsFound;
    }

    /**
     * What the node said about itself, as far as its entry in Consul needs it: of capabilities the names, of metadata
     * the port of its mesh proxy, of endpoints those whose value is a text. All of a large row as a
     * tree would cost many times its size.
     */
    public NodeDescription description() {
        return new NodeDescription(
                toolId,
                type(),
                nodeRole,
                StoredJson.names(capabilities),
                StoredJson.texts(endpoints),
                StoredJson.only(NodeDescription.MESH_PROXY_PORT, shownMetadata),
                nodeVersion,
                environment,
                region,
                networkId,
                deploymentId);
    }

    public NodeType type() {
        return NodeType.ofWireName(nodeType).orElseThrow();
    }

    /** JSON as PostgreSQL has it, with every digit; an object unless it is {@link #malformed}. */
    public String capabilities() {
        return shownCapabilities;
    }

    /** JSON as PostgreSQL has it; an object of URLs unless it is {@link #malformed}. */
    public String endpoints() {
        return shownEndpoints;
    }

    /** JSON as PostgreSQL has it, with every digit; an object unless it is {@link #malformed}. */
    public String metadata() {
        return shownMetadata;
    }

    /** The columns that hold what no event could have brought there, by name; empty for nearly every row. */
    public List<String> malformed() {
        List<String> columns = new ArrayList<>(0);
        addUnless(StoredJson.isObject(shownCapabilities), "capabilities", columns);
        addUnless(StoredJson.isObjectOf(shownEndpoints, url -> Endpoint.parse(url).isPresent()), "endpoints", columns);
        addUnless(StoredJson.isObject(shownMetadata), "metadata", columns);
        addUnless(healthEndpoint == null || Endpoint.parse(healthEndpoint).isPresent(), "health_endpoint", columns);
        addUnless(lastHeartbeat == null || StoredTime.of(lastHeartbeat).plain(), "last_heartbeat", columns);
        addUnless(StoredTime.of(registeredAt).plain(), "registered_at", columns);
        addUnless(StoredTime.of(updatedAt).plain(), "updated_at", columns);
        columns.addAll(oddTimes.keySet());
        return columns;
    }

    /** About how many characters there are in it. */
    public long size() {
        Stream<String> json = Stream.of(capabilities, endpoints, metadata);
        Stream<String> texts = Stream.of(
                statusReason, eventPosition, nodeRole, nodeVersion, environment, region, networkId, deploymentId,
                probeDetail, cordonedBy, cordonReason, catalogRefusal);
        return 1000L + Stream.concat(json, texts).filter(Objects::nonNull).mapToLong(String::length).sum();
    }

    /** The node's epoch, and time and id of the event that last changed its content. */
    public EventVersion contentVersion() {
        return new EventVersion(epoch, GregorianTime.of(contentTimestamp), contentEventId);
    }

    /** The time of the event that last changed its content. */
    public StoredTime contentTime() {
        return time("content_timestamp", GregorianTime.of(contentTimestamp));
    }

    /** The place of the newest event of the node that was applied. */
    public EventVersion version() {
        boolean ofThisEvent = eventPosition != null && eventId.equals(eventPositionOf);
        return new EventVersion(
                epoch, GregorianTime.of(eventTimestamp), ofThisEvent ? eventPosition : SourcePosition.NONE, eventId);
    }

    /** The fingerprint of what the node said about itself. */
    public String contentHash() {
        return contentHash;
    }

    /**
     * What the guard in SQL compares others with: the version of the newest event as that event was, with the epoch
     * that it named. Any event is newer than one that no node can have announced, whose time is {@link #BEFORE_ANY}.
     */
    public EventVersion orderedVersion(Instant now) {
        boolean plausible = isPlausible(now) && !isOver(epoch) && !isOver(eventEpoch);
        return plausible
                ? new EventVersion(eventEpoch, version().eventTime(), version().position(), eventId)
                : new EventVersion(null, BEFORE_ANY, SourcePosition.NONE, eventId);
    }

    /** The highest epoch that the node is known to have been in, as the guard in SQL has it; {@code null} for none. */
    public Long knownEpoch() {
        return isOver(epoch) ? null : epoch;
    }

    private boolean isPlausible(Instant now) {
        return oddTimes.getOrDefault("event_timestamp", "-").startsWith("-")
                && eventTimestamp.isBefore(now.plus(StoredTime.PLAUSIBLE_AHEAD));
    }

    private static boolean isOver(Long epoch) {
        return epoch != null && epoch > RegistrationSql.MAX_EPOCH;
    }

    /** The given time, or one just after the node's newest event where the node's clock runs ahead of it. */
    public Instant outranking(Instant time) {
        return eventTimestamp.isBefore(time) || !isPlausible(time) ? time : eventTimestamp.plusMillis(1);
    }

    public String nodeId() {
        return toolId;
    }

    public String role() {
        return nodeRole;
    }

    public String nodeVersion() {
        return nodeVersion;
    }

    public String environment() {
        return environment;
    }

    public String region() {
        return region;
    }

    public String networkId() {
        return networkId;
    }

    public String deploymentId() {
        return deploymentId;
    }

    /** Where it is probed, which need not be a URL; {@code null} for nowhere. */
    public String healthEndpoint() {
        return healthEndpoint;
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
        return pendingSince == null;
    }

    /** Since when Consul has yet to confirm what this row says, as PostgreSQL writes a time; {@code null} if it has. */
    String pendingSince() {
        return pendingSince;
    }

    /** What Consul said when it refused this row, or {@code null}. */
    public String catalogError() {
        return catalogRefusal;
    }

    /** passing, warning or critical. */
    public String checkStatus() {
        return checkStatus;
    }

    /** What the node last said of its health, or {@code null}. */
    public String healthStatus() {
        return healthStatus;
    }

    /** Of a heartbeat alone, see {@link RealHeartbeat}, or what no program should have written; else {@code null}. */
    public StoredTime lastHeartbeat() {
        StoredTime time = StoredTime.of(lastHeartbeat);
        return time != null && !time.plain() ? time : realHeartbeat();
    }

    /** Of a heartbeat alone; {@code null} when none has come. */
    StoredTime realHeartbeat() {
        return lastSeenAt != null || heartbeatTimestamp != null ? StoredTime.of(lastHeartbeat) : null;
    }

    /** When the node last registered, sent a heartbeat or answered a probe; {@code null} when that is not known. */
    public StoredTime lastSeenAt() {
        return lastSeenAt != null || lastHeartbeat == null
                ? time("last_seen_at", lastSeenAt)
                : StoredTime.at(StoredTime.of(lastHeartbeat).instant());
    }

    /** registration, heartbeat or probe; {@code null} when that is not known. */
    public String lastSeenBy() {
        return lastSeenBy;
    }

    public StoredTime leaseExpiresAt() {
        return time("lease_expires_at", leaseExpiresAt);
    }

    /** The lease that a heartbeat or answered probe gives this node, in seconds. */
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
    public StoredTime probedAt() {
        return time("probed_at", probedAt);
    }

    /** Until when its check may not become better, or {@code null}. */
    public StoredTime dampedUntil() {
        return time("damped_until", dampedUntil);
    }

    /** An operator's word that the node is not to be called; empty where there is none. */
    public Optional<Cordon> cordon() {
        return Optional.ofNullable(cordonedAt)
                // as another program may have set it
                .map(since -> new Cordon(
                        cut(cordonReason == null ? "" : cordonReason), since, cordonedUntil, cut(cordonedBy)));
    }

    private static String cut(String text) {
        return text == null || text.length() <= MAX_CORDON_LENGTH ? text
                : text.substring(0, MAX_CORDON_LENGTH - 1) + "…";
    }

    /** Of the weights that its entry in Consul has, or {@code null} for none. */
    public Integer weightStep() {
        return weightStep;
    }

    public StoredTime registeredAt() {
        return StoredTime.of(registeredAt);
    }

    public StoredTime updatedAt() {
        return StoredTime.of(updatedAt);
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

    private StoredTime time(String column, Instant time) {
        String odd = oddTimes.get(column);
        return odd == null ? StoredTime.at(time) : StoredTime.of(odd);
    }

    private static void addUnless(boolean good, String column, List<String> malformed) {
        if (!good) {
            malformed.add(column);
        }
    }

    /**
     * An operator's word that a node is not to be called, regardless of what it announces.
     *
     * @param reason why, in the operator's words
     * @param until when it ends by itself; {@code null} for when an operator ends it
     * @param by who said so, as the history names actors
     */
    public record Cordon(String reason, Instant since, Instant until, String by) {}
}
