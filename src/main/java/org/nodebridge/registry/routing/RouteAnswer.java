// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.DiscoveryView.Known;

/**
 * Which node to call.
 *
 * @param asOf when what is known of the nodes was so
 * @param ageMs how long ago that was, in milliseconds; grows while PostgreSQL is unavailable
 * @param strategy p2c, weighted, least or hash
 * @param fromRegion the other region that the candidates are of; absent where they are our own
 * @param candidates the best first; empty where no node that fits can be called
 * @param leftOut our own nodes that fit and are not given to callers, by why
 */
@Schema(requiredProperties = {"as_of", "age_ms", "strategy", "candidates", "left_out"})
public record RouteAnswer(
        Instant asOf, long ageMs, String strategy, String fromRegion, List<Candidate> candidates, LeftOut leftOut) {

    static RouteAnswer of(
            Known known, Strategy strategy, String fromRegion, List<Candidate> candidates,
            Map<DiscoveredNode.LeftOut, Integer> leftOut) {
        return new RouteAnswer(
                known.asOf(), known.ageMillis(), strategy.wireName(), fromRegion, candidates,
                new LeftOut(
                        leftOut.getOrDefault(DiscoveredNode.LeftOut.SUSPECT, 0),
                        leftOut.getOrDefault(DiscoveredNode.LeftOut.DRAINING, 0),
                        leftOut.getOrDefault(DiscoveredNode.LeftOut.CORDONED, 0),
                        leftOut.getOrDefault(DiscoveredNode.LeftOut.CRITICAL, 0),
                        leftOut.getOrDefault(DiscoveredNode.LeftOut.NOT_CALLABLE, 0)));
    }

    /**
     * How many nodes are left out for which reason; one that has several counts for the first of draining, cordoned,
     * suspect, critical and not_callable.
     */
    @Schema(name = "LeftOutNodes", requiredProperties = {
        "suspect", "draining", "cordoned", "critical", "not_callable"
    })
    public record LeftOut(int suspect, int draining, int cordoned, int critical, int notCallable) {}
}
