// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.DiscoveredNode.LeftOut;

/**
 * The nodes that fit a filter at one moment, with what can be computed of all of them together. Immutable but for what
 * {@link NodeLoad} counts.
 */
final class NodePool {

    /**
     * So many calls in flight draw a node's cost to the average. Few calls are in flight at a node that is well, and
     * one more or less of them is chance: with 2 in place of 15 the simulation has queues of five times the mean.
     */
    private static final double PRIOR = 15;

    private static final float HOT_CPU_PERCENT = 90;

    /** A node that has just become callable gets a tenth of its share at first and all of it after this time. */
    private static final double SLOW_START_MILLIS = 30_000;
    private static final double FIRST_SHARE = 0.1;

    final DiscoveredNode[] nodes;
    final NodeLoad[] loads;
    final boolean[] counted;
    final boolean[] hot;
    final boolean[] starting;

    /** Of each the capacity, less while it starts. */
    final double[] capacity;

    /** Of each the calls in flight that a call handed out leads to, beside others'. */
    final double[] cost;

    /** Of each the calls in flight for its capacity, of the last heartbeat; the average where that does not count. */
    final double[] inFlight;
    final double meanInFlight;

    /** Of each the chance of it and of all before it, by capacity; of hot ones a third. */
    final double[] chance;
    final List<DiscoveredNode> suspects = new ArrayList<>();
    final Map<LeftOut, Integer> leftOut = new EnumMap<>(LeftOut.class);
    final long builtAt;

    private NodePool(List<DiscoveredNode> fitting, Function<String, NodeLoad> load, long now) {
        List<DiscoveredNode> callable = new ArrayList<>(fitting.size());
        for (DiscoveredNode node : fitting) {
            LeftOut reason = node.leftOut();
            if (reason == null) {
                callable.add(node);
            } else {
                leftOut.merge(reason, 1, Integer::sum);
                if (reason == LeftOut.SUSPECT && node.callable()) {
                    suspects.add(node);
                }
            }
        }
        builtAt = now;
        int size = callable.size();
        nodes = callable.toArray(new DiscoveredNode[0]);
        loads = new NodeLoad[size];
        counted = new boolean[size];
        hot = new boolean[size];
        starting = new boolean[size];
        capacity = new double[size];
        cost = new double[size];
        inFlight = new double[size];
        chance = new double[size];
        meanInFlight = measure(load, now);
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += capacity[i] * (hot[i] ? 1.0 / 3 : 1);
            chance[i] = sum;
        }
    }

    /**
     * Of the nodes that fit.
     *
     * @param load what is counted of a node, by its id
     * @param now by {@link org.nodebridge.registry.discovery.MonotonicTime}
     */
    static NodePool of(
            List<DiscoveredNode> nodes, NodeFilter filter, Function<String, NodeLoad> load, long now) {
        VersionRange range = filter.version() == null ? null : VersionRange.parse(filter.version()).orElseThrow();
        Map<String, Boolean> inRange = new HashMap<>();
        List<DiscoveredNode> fitting = new ArrayList<>();
        for (DiscoveredNode node : nodes) {
            if (filter.fits(node) && (range == null || inRange.computeIfAbsent(
                    String.valueOf(node.version()), text -> range.has(node.version())))) {
                fitting.add(node);
            }
        }
        return new NodePool(fitting, load, now);
    }

    int size() {
        return nodes.length;
    }

    /** How many nodes it keeps in memory, those that are the last resort too. */
    int held() {
        return nodes.length + suspects.size();
    }

    /** Calls in flight to be expected for a node's capacity: what its hand-outs so far lead to, and one more. */
    double score(int i, long now) {
        return cost[i] * (loads[i].handedOut(now) / capacity[i] + 1);
    }

    private double measure(Function<String, NodeLoad> load, long now) {
        double operations = 0;
        double weights = 0;
        double inFlightSum = 0;
        double handedOutSum = 0;
        for (int i = 0; i < nodes.length; i++) {
            DiscoveredNode node = nodes[i];
            loads[i] = load.apply(node.nodeId());
            loads[i].observe(node, now);
            counted[i] = node.loadCounts(now);
            hot[i] = node.warning() || counted[i] && node.cpuPercent() >= HOT_CPU_PERCENT;
            double started = (now - node.callableSince()) / SLOW_START_MILLIS;
            starting[i] = started < 1;
            capacity[i] = node.weight() * (starting[i] ? Math.max(FIRST_SHARE, started) : 1);
            if (counted[i]) {
                operations += node.activeOperations();
                weights += node.weight();
                inFlightSum += loads[i].inFlightSum();
                handedOutSum += loads[i].handedOutSum();
            }
        }
        double mean = weights == 0 ? 0 : operations / weights;
        double meanCost = inFlightSum == 0 ? 1 : inFlightSum / handedOutSum;
        for (int i = 0; i < nodes.length; i++) {
            inFlight[i] = counted[i] ? nodes[i].activeOperations() / nodes[i].weight() : mean;
            cost[i] = (PRIOR + loads[i].inFlightSum()) / (PRIOR / meanCost + loads[i].handedOutSum());
        }
        return mean;
    }
}
