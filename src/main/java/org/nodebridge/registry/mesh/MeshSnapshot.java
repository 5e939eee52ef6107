// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.nodebridge.registry.mesh.LeftOutNode.Reason;

/**
 * All services at one moment; does not change.
 *
 * @param revision of the history, all changes up to which are in it
 * @param complete whether these are all services there are, so that another has no nodes; before, nothing is said of
 *     another, as its nodes may have yet to announce themselves
 * @param services by name
 * @param leftOut nodes that are not sent, the first of each reason
 * @param leftOutCounts how many of them there are, by reason
 */
record MeshSnapshot(
        long revision, boolean complete, SortedMap<String, MeshService> services, List<LeftOutNode> leftOut,
        Map<Reason, Integer> leftOutCounts) {

    /** Of no node; it is not sent. */
    static final MeshSnapshot NONE = new MeshSnapshot(0, false, Collections.emptySortedMap(), List.of(), Map.of());

    /** Whether there may be a service of that name, though nothing may be known of its nodes. */
    boolean mayHave(String name) {
        return !complete || services.containsKey(name);
    }

    MeshSnapshot at(long other) {
        return new MeshSnapshot(other, complete, services, leftOut, leftOutCounts);
    }
}
