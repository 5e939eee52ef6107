// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.event.NodeType;

/**
 * Which nodes to show: registered ones, unless {@code statuses} names expired or departed. All of it must fit; what is
 * empty or {@code null} fits every registered node.
 *
 * @param nodeId this very one
 * @param types any of these
 * @param statuses any of these; with expired or departed among them also the rows of nodes that have gone, as long as
 *     they are kept
 * @param health any of passing, warning and critical
 * @param regions any of these
 * @param capabilities names, each of which the node must have
 * @param metadata top-level keys and the texts that all must have as values; numbers and so on as JSON writes them
 * @param stale whether the lease has ended
 * @param cordoned whether an operator has cordoned it
 * @param text stands in the node's id, type, role, region or environment or in the name of a capability; in any case,
 *     as far as the database's locale knows the letters
 */
public record RegistrationFilter(
        String nodeId,
        Set<NodeType> types,
        Set<RegistrationStatus> statuses,
        Set<String> health,
        Set<String> regions,
        List<String> capabilities,
        List<Map.Entry<String, String>> metadata,
        Boolean stale,
        Boolean cordoned,
        String text) {

    /** All of them. */
    public static final RegistrationFilter ANY =
            new RegistrationFilter(null, Set.of(), Set.of(), Set.of(), Set.of(), List.of(), List.of(), null, null,
                    null);

    public RegistrationFilter {
        types = Set.copyOf(types);
        statuses = Set.copyOf(statuses);
        health = Set.copyOf(health);
        regions = Set.copyOf(regions);
        capabilities = List.copyOf(capabilities);
        metadata = List.copyOf(metadata);
    }
}
