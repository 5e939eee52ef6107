// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.config.WeightSettings;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.NodeTable;
import org.nodebridge.registry.weight.WeightSteps;

/**
 * How much of a service's calls a node is to get: by the rule of the weights in Consul, but decided by each replica by
 * itself, as nothing is written for it. A node that reports a problem gets a third. For one thread at a time.
 */
final class MeshWeights {

    /** A third of it is a whole number. */
    private static final int EQUAL = 3;
    private static final int WARNING_SHARE = 3;
    private static final long INTERVAL_MILLIS = 10_000;

    private final boolean byLoad;
    private Map<String, Integer> steps = Map.of();
    private long decidedAt;

    MeshWeights(WeightSettings.Source source) {
        this.byLoad = source == WeightSettings.Source.LOAD;
    }

    boolean byLoad() {
        return byLoad;
    }

    /** Decides again when it is time; whether any weight has changed. */
    boolean decide(NodeTable nodes, long now) {
        if (!byLoad || !steps.isEmpty() && now - decidedAt < INTERVAL_MILLIS) {
            return false;
        }
        decidedAt = now;
        WeightSteps wanted = new WeightSteps(nodes.nodes(), now);
        Map<String, Integer> next = new HashMap<>();
        for (DiscoveredNode node : nodes.nodes()) {
            Integer standing = steps.get(node.nodeId());
            next.put(node.nodeId(), standing != null && node.leftOut() != null
                    ? standing
                    : Integer.valueOf(WeightSteps.next(standing, wanted.of(node))));
        }
        boolean changed = !next.equals(steps);
        steps = next;
        return changed;
    }

    /** Of a node of ours. */
    int of(DiscoveredNode node) {
        return of(node, steps.getOrDefault(node.nodeId(), WeightSettings.AVERAGE_STEP));
    }

    /** Of those of another registry, whose loads are not known: by what each can do. */
    ToIntFunction<DiscoveredNode> ofOthers(NodeTable nodes, long now) {
        WeightSteps wanted = new WeightSteps(byLoad ? nodes.nodes() : List.of(), now);
        return node -> of(node, wanted.of(node));
    }

    private int of(DiscoveredNode node, int step) {
        if (!byLoad) {
            return node.warning() ? EQUAL / WARNING_SHARE : EQUAL;
        }
        ServiceWeights weights = ServiceWeights.ofStep(step);
        return node.warning() ? weights.warning() : weights.passing();
    }
}
