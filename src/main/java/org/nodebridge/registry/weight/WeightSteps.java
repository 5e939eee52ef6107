// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.weight;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.config.WeightSettings;
import org.nodebridge.registry.discovery.DiscoveredNode;

/**
 * Which step each node should have, beside the average of its service. A step is the root of two: a node of twice the
 * average's capacity is two steps above, and one with four times the average's load two steps below. The root is
 * because callers follow weights, and load follows callers: a share in proportion to load would swing for ever.
 */
public final class WeightSteps {

    /** To spare writes, a step stands until so many lie between it and the one that a node should have. */
    private static final int LEAST_CHANGE = 2;

    /** A node that has little to do gets two steps more at most: it may be failing fast. */
    private static final double MOST_FOR_LITTLE_LOAD = 2;

    private final Map<String, Service> services = new HashMap<>();
    private final long now;

    /** @param now by {@link org.nodebridge.registry.discovery.MonotonicTime} */
    public WeightSteps(List<DiscoveredNode> nodes, long now) {
        this.now = now;
        for (DiscoveredNode node : nodes) {
            if (node.leftOut() == null) {
                services.computeIfAbsent(node.nodeType(), type -> new Service()).add(node, now);
            }
        }
    }

    /** The step that the node should have now; without figures that count, the one for its capacity alone. */
    public int of(DiscoveredNode node) {
        Service service = services.get(node.nodeType());
        if (service == null) {
            return WeightSettings.AVERAGE_STEP;
        }
        double share = node.weight() / service.meanCapacity();
        if (node.loadCounts(now)) {
            share *= Math.min(MOST_FOR_LITTLE_LOAD, Math.sqrt(
                    (service.meanLoad() + 1) / (node.activeOperations() / share + 1)));
        }
        long steps = Math.round(2 * Math.log(share) / Math.log(2));
        return (int) Math.max(1, Math.min(ServiceWeights.STEPS, WeightSettings.AVERAGE_STEP + steps));
    }

    /** The step that a node is to have. */
    public static int next(Integer standing, int wanted) {
        return standing == null || Math.abs(wanted - standing) >= LEAST_CHANGE ? wanted : standing;
    }

    /** What the nodes of a service that can be called are on the average. */
    private static final class Service {

        private int nodes;
        private double capacity;
        private double operations;
        private double capacityAtWork;

        private void add(DiscoveredNode node, long now) {
            nodes++;
            capacity += node.weight();
            if (node.loadCounts(now)) {
                operations += node.activeOperations();
                capacityAtWork += node.weight();
            }
        }

        private double meanCapacity() {
            return capacity / nodes;
        }

        /** Calls in flight at a node of the average's capacity. */
        private double meanLoad() {
            return operations / capacityAtWork * meanCapacity();
        }
    }
}
