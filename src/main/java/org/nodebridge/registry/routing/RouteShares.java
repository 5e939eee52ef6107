// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.routing.HandOuts.OfNode;

/**
 * Which nodes this replica has handed out of late.
 *
 * @param minutes when each of the minutes began that are counted, the oldest first; the last is under way
 * @param total hand-outs in all of them, of all nodes that fit
 * @param nodes the ten handed out most
 * @param others hand-outs of all others together, in each minute
 */
@Schema(requiredProperties = {"minutes", "total", "nodes", "others"})
public record RouteShares(List<Instant> minutes, long total, List<NodeShare> nodes, List<Integer> others) {

    private static final int MAX_NODES = 10;

    static RouteShares of(List<OfNode> all, long now) {
        long total = all.stream().mapToLong(OfNode::total).sum();
        List<OfNode> most = all.stream()
                .filter(one -> one.nodeId() != null && one.total() > 0)
                .sorted(Comparator.comparingInt(OfNode::total).reversed().thenComparing(OfNode::nodeId))
                .limit(MAX_NODES)
                .toList();
        int[] others = new int[HandOuts.MINUTES];
        all.stream().filter(one -> !most.contains(one))
                .forEach(one -> Arrays.setAll(others, minute -> others[minute] + one.counts()[minute]));
        Instant underWay = Instant.now().truncatedTo(ChronoUnit.MILLIS)
                .minusMillis(Math.floorMod(now, HandOuts.MINUTE_MILLIS));
        return new RouteShares(
                IntStream.range(0, HandOuts.MINUTES)
                        .mapToObj(i -> underWay.minus(HandOuts.MINUTES - 1L - i, ChronoUnit.MINUTES))
                        .toList(),
                total,
                most.stream().map(one -> new NodeShare(
                        one.nodeId(), (double) one.total() / total, list(one.counts()))).toList(),
                list(others));
    }

    private static List<Integer> list(int[] counts) {
        return Arrays.stream(counts).boxed().toList();
    }

    /**
     * One node's hand-outs.
     *
     * @param share of the total, 0 to 1
     * @param handedOut in each minute
     */
    @Schema(requiredProperties = {"node_id", "share", "handed_out"})
    public record NodeShare(String nodeId, double share, List<Integer> handedOut) {}
}
