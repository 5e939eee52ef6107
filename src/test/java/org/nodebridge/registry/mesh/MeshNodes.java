// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.mesh.SnapshotBuilder.Origin;
import org.nodebridge.registry.store.RegistrationStatus;

/** Nodes, and a fleet of them of which snapshots are made. */
final class MeshNodes {

    static final long NOW = 1_000_000;

    private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
    final ResolvedNames resolved = new ResolvedNames(this::lookUp, address -> !address.isMulticastAddress());
    final ResolvedNames resolvedOfOthers = new ResolvedNames(this::lookUp, address -> !address.isMulticastAddress());
    private final Map<String, List<DiscoveredNode>> others = new LinkedHashMap<>();
    final SnapshotBuilder builder;
    private MeshSnapshot last;
    private long revision = 40;
    boolean complete = true;
    private boolean awaitsNames;
    boolean lookupsAreFree = true;

    MeshNodes(AssignmentLayout layout) {
        builder = new SnapshotBuilder(
                () -> new NodeTargets("onex-", List.of("api", "health")), resolved, resolvedOfOthers, layout);
    }

    MeshNodes() {
        this(new AssignmentLayout(List.of(), false));
    }

    /** Has name servers know a name from now on; none of these for a failure. */
    void name(String name, String... addresses) throws UnknownHostException {
        List<InetAddress> found = new ArrayList<>();
        for (String address : addresses) {
            found.add(InetAddress.getByName(address));
        }
        names.put(name, found);
    }

    private Optional<CompletableFuture<List<InetAddress>>> lookUp(String name) {
        if (!lookupsAreFree) {
            return Optional.empty();
        }
        List<InetAddress> found = names.getOrDefault(name, List.of());
        return Optional.of(found.isEmpty()
                ? CompletableFuture.failedFuture(new UnknownHostException(name))
                : CompletableFuture.completedFuture(found));
    }

    /** Another registry has these nodes from now on, behind those of the regions that were named before. */
    MeshNodes other(String region, DiscoveredNode... nodes) {
        others.put(region, List.of(nodes));
        return this;
    }

    MeshNodes awaitingNames() {
        awaitsNames = true;
        return this;
    }

    MeshSnapshot of(DiscoveredNode... nodes) {
        List<Origin> origins = new ArrayList<>();
        origins.add(origin("", List.of(nodes)));
        others.forEach((region, theirs) -> origins.add(origin(region, theirs)));
        last = builder.build(origins, ++revision, last, complete, awaitsNames);
        return last;
    }

    private static Origin origin(String region, List<DiscoveredNode> nodes) {
        return new Origin(region, nodes, node -> node.warning() ? 1 : 3);
    }

    static DiscoveredNode node(String id, String url) {
        return node(id, "eu", Map.of("api", url), RegistrationStatus.ACTIVE, CheckStatus.PASSING);
    }

    static DiscoveredNode node(
            String id, String region, Map<String, String> endpoints, RegistrationStatus status, CheckStatus check) {
        String json = endpoints.entrySet().stream()
                .map(each -> "\"" + each.getKey() + "\":\"" + each.getValue() + "\"")
                .collect(Collectors.joining(",", "{", "}"));
        return new DiscoveredNode(id, "effect", "1.0.0", region, List.of(), List.of(), json, status, check,
                true, false, 1, 0, -1, Float.NaN, Long.MIN_VALUE);
    }

    static DiscoveredNode inRegion(String id, String region, int port) {
        return node(id, region, Map.of("api", "http://10.0.0.1:" + port), RegistrationStatus.ACTIVE,
                CheckStatus.PASSING);
    }

    static DiscoveredNode cordoned(DiscoveredNode of) {
        return new DiscoveredNode(of.nodeId(), of.nodeType(), of.version(), of.region(), of.capabilities(),
                of.metadata(), of.endpoints(), of.status(), of.check(), of.callable(), true, of.weight(),
                of.callableSince(), of.activeOperations(), of.cpuPercent(), of.heartbeatAt());
    }

    /** @param json as the column of another program has them */
    static DiscoveredNode withEndpoints(String json, DiscoveredNode of) {
        return new DiscoveredNode(of.nodeId(), of.nodeType(), of.version(), of.region(), of.capabilities(),
                of.metadata(), json, of.status(), of.check(), of.callable(), of.cordoned(), of.weight(),
                of.callableSince(), of.activeOperations(), of.cpuPercent(), of.heartbeatAt());
    }

    static DiscoveredNode ofType(String type, DiscoveredNode of) {
        return new DiscoveredNode(of.nodeId(), type, of.version(), of.region(), of.capabilities(),
                of.metadata(), of.endpoints(), of.status(), of.check(), of.callable(), of.cordoned(), of.weight(),
                of.callableSince(), of.activeOperations(), of.cpuPercent(), of.heartbeatAt());
    }
}
