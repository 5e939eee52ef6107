// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nodebridge.registry.mesh.xds.ProtoMessage;

/**
 * How the nodes of a service are put into localities and priorities. gRPC refuses a locality that is named twice in a
 * priority and gaps between priorities, so both are made here and nowhere else.
 *
 * @param regionOrder in which order the regions of our own nodes come after the caller's, the best first
 * @param eachNodeAlone whether each node is a locality of its own: gRPC's clients use the weights of localities, and
 *     leave those of endpoints
 */
record AssignmentLayout(List<String> regionOrder, boolean eachNodeAlone) {

    /** Regions of our own nodes may have the name of another registry's: a locality is named once in an answer. */
    private static final String ZONE_OF_REMOTE = "other-region";

    AssignmentLayout {
        regionOrder = List.copyOf(regionOrder);
    }

    /** @param region the caller's own; empty for none of those that the service is in */
    ProtoMessage assignment(String service, List<MeshEndpoint> endpoints, String region) {
        Map<String, List<MeshEndpoint>> byRegion = new TreeMap<>(order(region));
        Map<String, List<MeshEndpoint>> remote = new LinkedHashMap<>();
        endpoints.forEach(each -> (each.remote() ? remote : byRegion)
                .computeIfAbsent(each.region(), name -> new ArrayList<>()).add(each));
        boolean ordered = !region.isEmpty() || regionOrder.stream().anyMatch(byRegion::containsKey);
        List<ProtoMessage> localities = new ArrayList<>();
        int priority = 0;
        for (List<MeshEndpoint> one : byRegion.values()) {
            localities.addAll(localities(one, priority));
            // for who is nowhere no region is better than another, unless an order is set: all share the calls
            priority += ordered ? 1 : 0;
        }
        priority += byRegion.isEmpty() || ordered ? 0 : 1;
        for (List<MeshEndpoint> one : remote.values()) {
            localities.addAll(localities(one, priority++));
        }
        return new ProtoMessage().text(1, "cluster_name", service).messages(2, "endpoints", localities);
    }

    private List<ProtoMessage> localities(List<MeshEndpoint> ofOneRegion, int priority) {
        return zones(ofOneRegion).entrySet().stream()
                .map(zone -> locality(zone.getKey(), zone.getValue(), priority))
                .toList();
    }

    private Map<String, List<MeshEndpoint>> zones(List<MeshEndpoint> endpoints) {
        if (!eachNodeAlone) {
            return Map.of("", endpoints);
        }
        Map<String, List<MeshEndpoint>> zones = new LinkedHashMap<>();
        endpoints.forEach(each -> zones.computeIfAbsent(each.nodeId(), id -> new ArrayList<>()).add(each));
        return zones;
    }

    /** The caller's own, those that are set in their order, the others by name, nodes without one last. */
    private Comparator<String> order(String own) {
        return Comparator.<String>comparingInt(region -> region.equals(own) && !own.isEmpty() ? 0 : 1)
                .thenComparingInt(region -> regionOrder.contains(region)
                        ? regionOrder.indexOf(region)
                        : Integer.MAX_VALUE)
                .thenComparing(String::isEmpty)
                .thenComparing(Comparator.naturalOrder());
    }

    private static ProtoMessage locality(String subZone, List<MeshEndpoint> endpoints, int priority) {
        ProtoMessage locality = new ProtoMessage().text(1, "region", endpoints.get(0).region());
        if (endpoints.get(0).remote()) {
            locality.text(2, "zone", ZONE_OF_REMOTE);
        }
        if (!subZone.isEmpty()) {
            locality.text(3, "sub_zone", subZone);
        }
        // a node that is not called brings the others no calls; clients leave out a locality without callable nodes
        boolean called = endpoints.stream().anyMatch(MeshEndpoint::isHealthy);
        long weight = endpoints.stream().filter(each -> each.isHealthy() || !called)
                .mapToLong(MeshEndpoint::weight).sum();
        return new ProtoMessage()
                .message(1, "locality", locality)
                .messages(2, "lb_endpoints", endpoints.stream().map(AssignmentLayout::endpoint).toList())
                .wrapped(3, "load_balancing_weight", weight)
                .number(5, "priority", priority);
    }

    private static ProtoMessage endpoint(MeshEndpoint endpoint) {
        ProtoMessage socket = new ProtoMessage()
                .text(2, "address", endpoint.address())
                .number(3, "port_value", endpoint.port());
        return new ProtoMessage()
                .message(1, "endpoint", new ProtoMessage()
                        .message(1, "address", new ProtoMessage().message(1, "socket_address", socket)))
                .choice(2, "health_status", endpoint.health().number(), endpoint.health().name())
                .wrapped(4, "load_balancing_weight", endpoint.weight());
    }
}
