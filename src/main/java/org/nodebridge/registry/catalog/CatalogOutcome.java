// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What became of a list of changes; every node is in exactly one of the three.
 *
 * @param applied the nodes whose change Consul confirmed
 * @param refused node id to what Consul, or its limits, said against it; trying the same again gives the same
 * @param unavailable the nodes whose change did not get through, or may have without our hearing of it; writing
 *     them again later is safe
 * @param unavailableReason why, or {@code null} when {@code unavailable} is empty
 */
public record CatalogOutcome(
        Set<String> applied, Map<String, String> refused, Set<String> unavailable, String unavailableReason) {

    /** Nothing was asked, so nothing was done. */
    public static final CatalogOutcome NOTHING = new CatalogOutcome(Set.of(), Map.of(), Set.of(), null);

    public CatalogOutcome {
        applied = Set.copyOf(applied);
        refused = Map.copyOf(refused);
        unavailable = Set.copyOf(unavailable);
    }

    /** Whether Consul confirmed every change. */
    public boolean complete() {
        return refused.isEmpty() && unavailable.isEmpty();
    }

    /** What became of both lists; of a node that is in both, whichever. */
    @SuppressWarnings("ReferenceEquality") // only a shortcut
    public CatalogOutcome and(CatalogOutcome other) {
        if (other == NOTHING) {
            return this;
        }
        Set<String> allApplied = new HashSet<>(applied);
        allApplied.addAll(other.applied);
        Map<String, String> allRefused = new HashMap<>(refused);
        allRefused.putAll(other.refused);
        Set<String> allUnavailable = new HashSet<>(unavailable);
        allUnavailable.addAll(other.unavailable);
        return new CatalogOutcome(
                allApplied, allRefused, allUnavailable,
                other.unavailableReason == null ? unavailableReason : other.unavailableReason);
    }

    /** Why Consul has not confirmed the node's change, or {@code null} when it has or was not asked. */
    public String reasonFor(String nodeId) {
        return unavailable.contains(nodeId) ? unavailableReason : refused.get(nodeId);
    }
}
