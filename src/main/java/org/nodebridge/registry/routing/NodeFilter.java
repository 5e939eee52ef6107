// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.util.List;
import java.util.Set;
import org.nodebridge.registry.discovery.DiscoveredNode;

/**
 * Which nodes fit. All of it must; what is empty or {@code null} fits every node.
 *
 * @param types any of these
 * @param regions any of these
 * @param capabilities all of these
 * @param metadata all of these, each {@code key=value}
 * @param version a range that the node's version must be in
 */
record NodeFilter(
        Set<String> types, Set<String> regions, Set<String> capabilities, Set<String> metadata, String version) {

    /** Every node fits. */
    static final NodeFilter ALL = new NodeFilter(Set.of(), Set.of(), Set.of(), Set.of(), null);

    /** All but the version, which is compared for many nodes at once. */
    boolean fits(DiscoveredNode node) {
        return (types.isEmpty() || types.contains(node.nodeType()))
                && (regions.isEmpty() || node.region() != null && regions.contains(node.region()))
                && has(node.capabilities(), capabilities)
                && has(node.metadata(), metadata);
    }

    /** Not {@code containsAll}, which would need an iterator for each node. */
    private static boolean has(List<String> of, Set<String> all) {
        if (all.isEmpty()) {
            return true;
        }
        for (String one : all) {
            if (!of.contains(one)) {
                return false;
            }
        }
        return true;
    }
}
