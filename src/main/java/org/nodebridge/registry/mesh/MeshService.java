// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.nodebridge.registry.mesh.xds.ProtoMessage;

/**
 * One service with its nodes; does not change. It keeps the assignments that clients have been sent, of which there are
 * as many as its own nodes have regions, and one. Safe for many threads.
 */
final class MeshService {

    private final String name;
    private final List<MeshEndpoint> endpoints;
    private final boolean withheld;
    private final AssignmentLayout layout;
    private final Map<String, byte[]> assignments = new ConcurrentHashMap<>();

    /** @param withheld whether nothing is said of its nodes, since they are not known or there are too many services */
    MeshService(String name, List<MeshEndpoint> endpoints, boolean withheld, AssignmentLayout layout) {
        this.name = name;
        this.endpoints = List.copyOf(endpoints);
        this.withheld = withheld;
        this.layout = layout;
    }

    String name() {
        return name;
    }

    /** Our own nodes, then those of other registries, region by region in the order in which callers get them. */
    List<MeshEndpoint> endpoints() {
        return endpoints;
    }

    boolean isWithheld() {
        return withheld;
    }

    boolean isSameAs(MeshService other) {
        return other != null && withheld == other.withheld && endpoints.equals(other.endpoints);
    }

    /** What a client of this region is sent, as an {@code Any}. Not to be changed. */
    byte[] assignment(String region) {
        return assignments.computeIfAbsent(known(region), each -> message(each).anyBytes(ResourceType.ENDPOINTS.url()));
    }

    ProtoMessage message(String region) {
        return layout.assignment(name, endpoints, known(region));
    }

    /** Clients choose their region's name: those of all regions without nodes are the same. */
    private String known(String region) {
        return endpoints.stream().filter(each -> !each.remote()).map(MeshEndpoint::region).anyMatch(region::equals)
                ? region
                : "";
    }

    @Override
    public String toString() {
        return name + endpoints.stream().map(MeshEndpoint::nodeId).collect(Collectors.joining(",", "[", "]"));
    }
}
