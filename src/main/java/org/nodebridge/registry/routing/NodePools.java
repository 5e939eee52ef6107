// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.nodebridge.registry.concurrent.BoundedWait;
import org.nodebridge.registry.discovery.DiscoveryView.Known;
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

    /**
     * For so long a pool of an older table does while another thread makes one: with the half second that the view
     * may lag, a node that drains is out within a second.
     */
    private static final long USABLE_MILLIS = 400;

    private final NodeLoads loads = new NodeLoads();
    private final ReentrantLock making = new ReentrantLock();
    private final Map<NodeFilter, Made> made = new LinkedHashMap<>(64, 0.75f, true);

    /**
     * The nodes that fit, and what they were found in.
     *
     * @param now by {@link org.nodebridge.registry.discovery.MonotonicTime}
     */
    Made of(Known known, NodeFilter filter, long now) {
        Made kept = kept(filter);
        if (fits(kept, known.table(), now)) {
            return new Made(known, kept.pool);
        }
        // it takes 2 ms for each 10,000 nodes; all but one go on with what there is for so long
        if (!making.tryLock()) {
            if (usable(kept, known.table(), now)) {
                return kept.known.table() == known.table() ? new Made(known, kept.pool) : kept;
            }
            BoundedWait.lock(making);
        }
        try {
            Made meanwhile = kept(filter);
            return fits(meanwhile, known.table(), now)
                    ? new Made(known, meanwhile.pool)
                    : make(known, filter, now);
        } finally {
            making.unlock();
        }
    }

    private Made make(Known known, NodeFilter filter, long now) {
        loads.clear(now);
        Made next = new Made(known, NodePool.of(known.table().nodes(), filter, loads::of, now));
        synchronized (made) {
            made.remove(filter);
            // each holds the whole table it was made of
            made.values().removeIf(
                    each -> each.known.table() != known.table() && !usable(each, known.table(), now));
            made.put(filter, next);
            long nodes = made.values().stream().mapToLong(each -> each.pool.held()).sum();
            Iterator<Made> oldest = made.values().iterator();
            while (made.size() > 1 && (made.size() > MAX_POOLS || nodes > MAX_NODES)) {
                nodes -= oldest.next().pool.held();
                oldest.remove();
            }
        }
        return next;
    }

    private Made kept(NodeFilter filter) {
        synchronized (made) {
            return made.get(filter);
        }
    }

    private static boolean fits(Made kept, NodeTable table, long now) {
        return kept != null && kept.known.table() == table && now - kept.pool.builtAt < RENEWED_AFTER_MILLIS;
    }

    private static boolean usable(Made kept, NodeTable table, long now) {
        return kept != null && now - kept.pool.builtAt
                < USABLE_MILLIS + (kept.known.table() == table ? RENEWED_AFTER_MILLIS : 0);
    }

    int size() {
        synchronized (made) {
            return made.size();
        }
    }

    /** @param known what the pool was made of, as it was confirmed last */
    record Made(Known known, NodePool pool) {}
}
