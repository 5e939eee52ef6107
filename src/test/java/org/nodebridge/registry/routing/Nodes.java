// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.util.List;
import java.util.Set;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.store.RegistrationStatus;

/** Nodes as the view has them. */
final class Nodes {

    static final NodeFilter ANY = new NodeFilter(Set.of(), Set.of(), Set.of(), Set.of(), null);

    /** Long ago, beside the times of tests. */
    static final long LONG_SINCE = -1_000_000_000;

    private Nodes() {}

    static DiscoveredNode of(String id) {
        return of(id, 1, -1, LONG_SINCE);
    }

    static DiscoveredNode of(String id, float weight, long operations, long heartbeatAt) {
        return new DiscoveredNode(
                id, "effect", "1.4.2", "eu", List.of("read", "write"), List.of("rack=7", "team=blue"),
                "{\"api\": \"http://10.0.0.5:8080\"}", RegistrationStatus.ACTIVE, CheckStatus.PASSING, true, false,
                weight, LONG_SINCE, operations, Float.NaN, heartbeatAt);
    }

    static DiscoveredNode version(DiscoveredNode node, String version) {
        return new DiscoveredNode(
                node.nodeId(), node.nodeType(), version, node.region(), node.capabilities(), node.metadata(),
                node.endpoints(), node.status(), node.check(), node.callable(), node.cordoned(), node.weight(),
                node.callableSince(), node.activeOperations(), node.cpuPercent(), node.heartbeatAt());
    }

    static DiscoveredNode with(DiscoveredNode node, RegistrationStatus status, CheckStatus check) {
        return new DiscoveredNode(
                node.nodeId(), node.nodeType(), node.version(), node.region(), node.capabilities(), node.metadata(),
                node.endpoints(), status, check, node.callable(), node.cordoned(), node.weight(),
                node.callableSince(), node.activeOperations(), node.cpuPercent(), node.heartbeatAt());
    }

    static DiscoveredNode withCpu(DiscoveredNode node, float cpuPercent) {
        return new DiscoveredNode(
                node.nodeId(), node.nodeType(), node.version(), node.region(), node.capabilities(), node.metadata(),
                node.endpoints(), node.status(), node.check(), node.callable(), node.cordoned(), node.weight(),
                node.callableSince(), node.activeOperations(), cpuPercent, node.heartbeatAt());
    }

    static DiscoveredNode since(DiscoveredNode node, long callableSince) {
        return new DiscoveredNode(
                node.nodeId(), node.nodeType(), node.version(), node.region(), node.capabilities(), node.metadata(),
                node.endpoints(), node.status(), node.check(), node.callable(), node.cordoned(), node.weight(),
                callableSince, node.activeOperations(), node.cpuPercent(), node.heartbeatAt());
    }

    static DiscoveredNode notCallable(DiscoveredNode node) {
        return new DiscoveredNode(
                node.nodeId(), node.nodeType(), node.version(), node.region(), node.capabilities(), node.metadata(),
                "{}", node.status(), node.check(), false, node.cordoned(), node.weight(),
                node.callableSince(), node.activeOperations(), node.cpuPercent(), node.heartbeatAt());
    }
}
