// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What this replica counts of nodes that clients ask for; those without recent requests are forgotten. */
final class NodeLoads {

    private static final long FORGOTTEN_AFTER_MILLIS = 600_000;
    private static final long CLEARED_EACH_MILLIS = 60_000;

    private final Map<String, NodeLoad> loads = new ConcurrentHashMap<>();
    private long clearedAt;

    NodeLoad of(String nodeId) {
        return loads.computeIfAbsent(nodeId, NodeLoad::new);
    }

    /** Forgets what is of no use any more, now and then. */
    synchronized void clear(long now) {
        if (now - clearedAt > CLEARED_EACH_MILLIS) {
            clearedAt = now;
            loads.values().removeIf(load -> now - load.usedAt() > FORGOTTEN_AFTER_MILLIS);
        }
    }

    int size() {
        return loads.size();
    }
}
