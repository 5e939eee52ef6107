// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import org.nodebridge.registry.discovery.DiscoveredNode;

/**
 * What this replica knows of a node's load beside its last heartbeat: how many calls it has handed out to it, which
 * count half after half a heartbeat interval, and how many were in flight for them, over its last heartbeats. Safe from
 * many threads. Times are of {@link org.nodebridge.registry.discovery.MonotonicTime}.
 */
final class NodeLoad {

    private static final double HALF_LIFE_MILLIS = 15_000;

    /** How much of what was before counts at the next heartbeat. */
    private static final double KEPT = 0.9;

    private final long hash;
    private double handedOut;
    private long handedOutAt;
    private double inFlightSum;
    private double handedOutSum;
    private long heartbeatAt = Long.MIN_VALUE;
    private long usedAt;

    NodeLoad(String nodeId) {
        this.hash = hash(nodeId);
    }

    /** The same on every replica and in every version: callers who route by a key rely on it. */
    static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** Of the node's id. */
    long hash() {
        return hash;
    }

    /** Counts a call that a client was given. */
    synchronized void handOut(long now) {
        handedOut = handedOut(now) + 1;
        handedOutAt = now;
    }

    /** Hand-outs, the older the less. */
    synchronized double handedOut(long now) {
        return handedOut == 0 ? 0 : handedOut * Math.pow(0.5, (now - handedOutAt) / HALF_LIFE_MILLIS);
    }

    /** Takes the figures of a heartbeat, each once. */
    synchronized void observe(DiscoveredNode node, long now) {
        usedAt = now;
        if (!node.loadCounts(now)) {
            inFlightSum = 0;
            handedOutSum = 0;
        } else if (node.heartbeatAt() > heartbeatAt) {
            heartbeatAt = node.heartbeatAt();
            inFlightSum = inFlightSum * KEPT + node.activeOperations();
            // as if a call had been handed out for each unit of capacity, so that nodes which others call compare too
            handedOutSum = handedOutSum * KEPT + handedOut(now) + node.weight();
        }
    }

    /** Calls in flight over the last heartbeats, the older the less; 0 where figures do not count. */
    synchronized double inFlightSum() {
        return inFlightSum;
    }

    /** Hand-outs beside these, and one for each unit of capacity; 0 where figures do not count. */
    synchronized double handedOutSum() {
        return handedOutSum;
    }

    /** When it was last of use. */
    synchronized long usedAt() {
        return usedAt;
    }
}
