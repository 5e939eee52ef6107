// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.nodebridge.registry.discovery.NodeTable;

/**
 * The pools of the filters that were asked for last, so that a request need not go through all nodes. Bounded in
 * filters and in nodes, and made by one thread at a time. Safe from many threads.
 */
final class NodePools {

    private static final int MAX_POOLS = 100;
    private static final long MAX_NODES = 200_000;

    /** Starts go on and figures grow old without a change of the view. */
    private static final long RENEWED_AFTER_MILLIS = 1000;

    /** For so long a pool does while another thread makes one; so a node that drains is out within a second. */
    private static final long USABLE_MILLIS = 1200;

    private final NodeLoads loads = new NodeLoads();
    private final ReentrantLock making = new ReentrantLock();
    private final Map<NodeFilter, Made> made = new LinkedHashMap<>(64, 0.75f, true);
    private long nodes;

    /** @param now by {@link org.nodebridge.registry.discovery.MonotonicTime} */
    NodePool of(NodeTable table, NodeFilter filter, long now) {
        Made kept = kept(filter);
        if (fits(kept, table, now)) {
            return kept.pool;
        }
        // it takes 2 ms for each 10,000 nodes; all but one go on with what there is for so long
        boolean usable = kept != null && now - kept.pool.builtAt < USABLE_MILLIS;
        if (!making.tryLock()) {
            if (usable) {
                return kept.pool;
            }
            making.lock();
        }
        try {
            Made meanwhile = kept(filter);
            return fits(meanwhile, table, now) ? meanwhile.pool : make(table, filter, now);
        } finally {
            making.unlock();
        }
    }

    private NodePool make(NodeTable table, NodeFilter filter, long now) {
        loads.clear(now);
        NodePool pool = NodePool.of(table.nodes(), filter, loads::of, now);
        synchronized (made) {
            Made before = made.put(filter, new Made(table, pool));
            nodes += pool.size() - (before == null ? 0 : before.pool.size());
            Iterator<Made> oldest = made.values().iterator();
            while (made.size() > 1 && (made.size() > MAX_POOLS || nodes > MAX_NODES)) {
                nodes -= oldest.next().pool.size();
                oldest.remove();
            }
        }
        return pool;
    }

    private Made kept(NodeFilter filter) {
        synchronized (made) {
            return made.get(filter);
        }
    }

    private static boolean fits(Made kept, NodeTable table, long now) {
        return kept != null && kept.table == table && now - kept.pool.builtAt < RENEWED_AFTER_MILLIS;
    }

    int size() {
        synchronized (made) {
            return made.size();
        }
    }

    private record Made(NodeTable table, NodePool pool) {}
}
