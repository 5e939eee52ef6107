// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.catalog.CallableAddress;
import org.nodebridge.registry.discovery.DiscoveredNode;

/**
 * A node to call.
 *
 * @param endpoints name to URL, all that the node names
 * @param address of the endpoint that the registry gives Consul
 * @param region absent where the node names none
 * @param version absent where the node names none
 * @param score calls in flight to be expected for the node's capacity, the less the better; absent for a last resort
 * @param reasons why it was chosen: better_of_two, only_one_left, chance_by_capacity, fewest_in_flight, nearest_to_key,
 *     over_bound or last_resort; and what else counted: average_load, hot_cpu, warning, slow_start
 */
@Schema(requiredProperties = {"node_id", "node_type", "endpoints", "address", "port", "load", "reasons"})
public record Candidate(
        String nodeId,
        String nodeType,
        String version,
        String region,
        Map<String, String> endpoints,
        String address,
        int port,
        Double score,
        Load load,
        List<String> reasons) {

    static Candidate of(
            DiscoveredNode node, boolean counted, Double score, List<String> reasons, List<String> addressEndpoints,
            long now) {
        Map<String, String> endpoints = node.endpointUrls(); // read from text
        Optional<CallableAddress> address = CallableAddress.of(endpoints, addressEndpoints);
        boolean heard = node.heartbeatAt() != Long.MIN_VALUE;
        return new Candidate(
                node.nodeId(),
                node.nodeType(),
                node.version(),
                node.region(),
                endpoints,
                address.map(found -> found.endpoint().host()).orElse(""),
                address.map(found -> found.endpoint().port()).orElse(0),
                score == null ? null : Math.round(score * 10_000) / 10_000.0,
                new Load(
                        node.activeOperations() < 0 ? null : node.activeOperations(),
                        Float.isNaN(node.cpuPercent()) ? null : Math.round(node.cpuPercent() * 10) / 10.0,
                        heard ? Math.max(0, now - node.heartbeatAt()) : null,
                        counted),
                reasons);
    }

    /**
     * What its last heartbeat said.
     *
     * @param ageMs how long ago that was, in milliseconds; absent where none has come
     * @param counted whether it counted; where not, the node had the average of the others
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(requiredProperties = "counted")
    public record Load(Long activeOperations, Double cpuPercent, Long ageMs, boolean counted) {}
}
