// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Nodes by what they can do.
 *
 * @param asOf when all of it was so
 * @param ageMs how long ago that was, in milliseconds
 * @param services by type, in the order of the names
 * @param otherRegions the same of each other region that is known; absent where that was not asked for
 */
@Schema(requiredProperties = {"as_of", "age_ms", "services"})
public record ServicesView(
        Instant asOf, long ageMs, List<Service> services, List<OfRegion> otherRegions) {

    private static final int MAX_CAPABILITIES = 1000;
    private static final int MAX_VALUES = 50;

    ServicesView with(List<OfRegion> regions) {
        return new ServicesView(asOf, ageMs, services, regions);
    }

    static List<Service> count(NodeTable table) {
        Map<String, Counted> byType = new TreeMap<>();
        for (DiscoveredNode node : table.nodes()) {
            Counted counted = byType.computeIfAbsent(node.nodeType(), type -> new Counted());
            counted.add(node);
            node.capabilities().forEach(capability -> counted.names.merge(capability, 1, Integer::sum));
        }
        // what is not listed is not counted further: each node may name others
        byType.values().forEach(type -> most(type.names, MAX_CAPABILITIES).keySet()
                .forEach(name -> type.capabilities.put(name, new Counted())));
        for (DiscoveredNode node : table.nodes()) {
            Map<String, Counted> listed = byType.get(node.nodeType()).capabilities;
            for (String capability : node.capabilities()) {
                Counted counted = listed.get(capability);
                if (counted != null) {
                    counted.add(node);
                }
            }
        }
        return byType.entrySet().stream()
                .map(type -> new Service(
                        type.getKey(), type.getValue().states(), most(type.getValue().versions, MAX_VALUES),
                        most(type.getValue().regions, MAX_VALUES),
                        type.getValue().capabilities.entrySet().stream()
                                .map(one -> new Capability(
                                        one.getKey(), one.getValue().states(),
                                        most(one.getValue().versions, MAX_VALUES),
                                        most(one.getValue().regions, MAX_VALUES)))
                                .toList()))
                .toList();
    }

    private static Map<String, Integer> most(Map<String, Integer> counts, int max) {
        Map<String, Integer> most = new LinkedHashMap<>();
        Stream<Map.Entry<String, Integer>> sorted = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed().thenComparing(Map.Entry::getKey));
        sorted.limit(max).forEach(entry -> most.put(entry.getKey(), entry.getValue()));
        return most;
    }

    /**
     * The nodes of another region.
     *
     * @param state connected, behind or unreachable
     */
    @Schema(name = "ServicesOfRegion", requiredProperties = {"region", "state", "services"})
    public record OfRegion(String region, String state, List<Service> services) {}

    /**
     * One node type.
     *
     * @param versions how many nodes have which; nodes that name none do not count
     * @param regions the same of regions
     */
    @Schema(requiredProperties = {"node_type", "nodes", "versions", "regions", "capabilities"})
    public record Service(
            String nodeType, States nodes, Map<String, Integer> versions, Map<String, Integer> regions,
            List<Capability> capabilities) {}

    /** One capability of a type. */
    @Schema(requiredProperties = {"capability", "nodes", "versions", "regions"})
    public record Capability(
            String capability, States nodes, Map<String, Integer> versions, Map<String, Integer> regions) {}

    /**
     * How many nodes there are in which state, each in one.
     *
     * @param callable of them can be called; warning ones among these
     * @param warning can be called, but report a problem
     */
    @Schema(requiredProperties = {
        "total", "callable", "warning", "suspect", "draining", "cordoned", "critical", "not_callable"
    })
    public record States(
            int total, int callable, int warning, int suspect, int draining, int cordoned, int critical,
            int notCallable) {}

    private static final class Counted {

        private final int[] leftOut = new int[DiscoveredNode.LeftOut.values().length];
        private final Map<String, Integer> versions = new TreeMap<>();
        private final Map<String, Integer> regions = new TreeMap<>();
        private final Map<String, Integer> names = new HashMap<>(0);
        private final Map<String, Counted> capabilities = new TreeMap<>();
        private int nodes;
        private int callable;
        private int warning;

        private void add(DiscoveredNode node) {
            nodes++;
            if (node.leftOut() != null) {
                leftOut[node.leftOut().ordinal()]++;
            } else {
                callable++;
                warning += node.warning() ? 1 : 0;
            }
            if (node.version() != null) {
                versions.merge(node.version(), 1, Integer::sum);
            }
            if (node.region() != null) {
                regions.merge(node.region(), 1, Integer::sum);
            }
        }

        private States states() {
            return new States(nodes, callable, warning, of(DiscoveredNode.LeftOut.SUSPECT),
                    of(DiscoveredNode.LeftOut.DRAINING), of(DiscoveredNode.LeftOut.CORDONED),
                    of(DiscoveredNode.LeftOut.CRITICAL), of(DiscoveredNode.LeftOut.NOT_CALLABLE));
        }

        private int of(DiscoveredNode.LeftOut reason) {
            return leftOut[reason.ordinal()];
        }
    }
}
