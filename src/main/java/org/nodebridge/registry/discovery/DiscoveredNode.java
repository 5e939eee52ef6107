// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.store.RegistrationStatus;
import org.nodebridge.registry.store.jdbc.StoredJson;

/**
 * A node as the view has it; about 300 bytes. Times are of {@link MonotonicTime}.
 *
 * @param version the node's own, or {@code null}
 * @param region or {@code null}
 * @param capabilities names
 * @param metadata top-level entries that are no object or array, as {@code key=value}
 * @param endpoints name to URL, as PostgreSQL writes JSON; {@code null} where they are too long to be kept
 * @param status active, suspect or draining
 * @param check what its check says; {@code null} for what no check of ours says
 * @param callable whether an endpoint gives an address and a port
 * @param cordoned whether an operator has taken it out of routing
 * @param weight how much it can do, beside others; 1 where it says nothing
 * @param callableSince when it was first seen so that it could be called
 * @param activeOperations of the last heartbeat; -1 where that did not say
 * @param cpuPercent of the last heartbeat; NaN where that did not say
 * @param heartbeatAt when the figures came; {@link Long#MIN_VALUE} for never
 */
public record DiscoveredNode(
        String nodeId,
        String nodeType,
        String version,
        String region,
        List<String> capabilities,
        List<String> metadata,
        String endpoints,
        RegistrationStatus status,
        CheckStatus check,
        boolean callable,
        boolean cordoned,
        float weight,
        long callableSince,
        long activeOperations,
        float cpuPercent,
        long heartbeatAt) {

    /** A node's first figures, as after a start, are not those of a node at work. */
    private static final long COUNTS_AFTER_MILLIS = 10_000;

    private static final long DROPPED_AFTER_MILLIS = 180_000;

    /** Why a node is not given to callers; the first that applies. */
    public enum LeftOut {
        DRAINING,
        CORDONED,
        SUSPECT,
        CRITICAL,
        NOT_CALLABLE
    }

    /** {@code null} for one that can be called. */
    public LeftOut leftOut() {
        if (status == RegistrationStatus.DRAINING) {
            return LeftOut.DRAINING;
        }
        if (cordoned) {
            return LeftOut.CORDONED;
        }
        if (status == RegistrationStatus.SUSPECT) {
            return LeftOut.SUSPECT;
        }
        if (check == CheckStatus.CRITICAL) {
            return LeftOut.CRITICAL;
        }
        return callable ? null : LeftOut.NOT_CALLABLE;
    }

    /** Whether it can be called and says that something is wrong. */
    public boolean warning() {
        return check == CheckStatus.WARNING;
    }

    /** Whether the figures of the last heartbeat are used now. */
    public boolean loadCounts(long now) {
        return activeOperations >= 0
                && heartbeatAt != Long.MIN_VALUE
                && now - heartbeatAt <= DROPPED_AFTER_MILLIS
                && now - callableSince >= COUNTS_AFTER_MILLIS;
    }

    /** Name to URL; empty where they are not kept. Read from text at each call. */
    public Map<String, String> endpointUrls() {
        return endpoints == null ? Map.of() : StoredJson.texts(endpoints);
    }

    /** Names of endpoints whose value is no text, as another program may have written it; of what is kept. */
    public Set<String> endpointsWithoutUrl() {
        if (endpoints == null || StoredJson.isObjectOf(endpoints, url -> true)) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>();
        StoredJson.names(endpoints).fieldNames().forEachRemaining(names::add);
        names.removeAll(endpointUrls().keySet());
        return names;
    }

    DiscoveredNode withLoad(long operations, float cpu, long at) {
        return new DiscoveredNode(nodeId, nodeType, version, region, capabilities, metadata, endpoints, status, check,
                callable, cordoned, weight, callableSince, operations, cpu, at);
    }

    /** With the figures of another one. */
    DiscoveredNode withLoadOf(DiscoveredNode other) {
        return withLoad(other.activeOperations, other.cpuPercent, other.heartbeatAt);
    }

    /** Whether both have the same heartbeat; a date has the time that it took to read it in it. */
    boolean sameHeartbeat(DiscoveredNode other) {
        return heartbeatAt == other.heartbeatAt || heartbeatAt != Long.MIN_VALUE
                && other.heartbeatAt != Long.MIN_VALUE && Math.abs(heartbeatAt - other.heartbeatAt) < 50;
    }

    DiscoveredNode callableSince(long since) {
        return new DiscoveredNode(nodeId, nodeType, version, region, capabilities, metadata, endpoints, status, check,
                callable, cordoned, weight, since, activeOperations, cpuPercent, heartbeatAt);
    }

    /** About how many bytes it holds, as if it shared no text with others. */
    long bytes() {
        long bytes = 300L + nodeId.length() + length(version) + length(region) + length(endpoints);
        for (String name : capabilities) {
            bytes += 44 + name.length();
        }
        for (String entry : metadata) {
            bytes += 44 + entry.length();
        }
        return bytes;
    }

    private static int length(String text) {
        return text == null ? 0 : text.length();
    }
}
