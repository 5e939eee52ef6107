// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds what is not in the history, as when another program has inserted or deleted rows: goes through all nodes every
 * five minutes, a page at a time. For one thread at a time.
 */
final class NodeComparison {

    private static final long INTERVAL_MILLIS = Duration.ofMinutes(5).toMillis();

    /** Replicas do not read together. */
    private static final double JITTER = 0.2;

    /** Ids of the view that are in the table; no range of ids, which PostgreSQL may order in another way. */
    private final Set<String> found = new HashSet<>();
    private String after;
    private boolean allRead;
    private long nextAt;

    /** All nodes have just been read. */
    void restart(long now) {
        found.clear();
        after = null;
        allRead = false;
        nextAt = now + (long) (INTERVAL_MILLIS * (1 - JITTER * ThreadLocalRandom.current().nextDouble()));
    }

    /** Ids of some nodes that may be other than the view has them; none when it is not time yet. */
    Set<String> next(DiscoveryRepository repository, NodeReader reader, NodeTable view, long now) {
        if (now < nextAt) {
            return Set.of();
        }
        return allRead ? notFound(view, now) : page(repository, reader, view, now);
    }

    /**
     * Whether the table has lost more than half of the nodes that the view has, without a word in the history: it has
     * been emptied or restored. Known once all has been read, before the first of them is named by {@link #next}.
     */
    boolean lostMost(NodeTable view) {
        return allRead && 2 * found.size() < view.size();
    }

    private Set<String> page(DiscoveryRepository repository, NodeReader reader, NodeTable view, long now) {
        Set<String> different = new HashSet<>();
        List<NodeRow> rows = repository.nodes(after, DiscoveryView.PAGE_ROWS);
        for (NodeRow row : rows) {
            after = row.nodeId();
            Optional<DiscoveredNode> known = view.find(row.nodeId());
            known.ifPresent(node -> found.add(node.nodeId()));
            if (known.isEmpty() || !same(reader.read(row, now), known.get())) {
                different.add(row.nodeId());
            }
        }
        allRead = rows.size() < DiscoveryView.PAGE_ROWS;
        return different;
    }

    private Set<String> notFound(NodeTable view, long now) {
        Set<String> missing = new HashSet<>();
        for (DiscoveredNode node : view.nodes()) {
            if (missing.size() < DiscoveryView.PAGE_ROWS && found.add(node.nodeId())) {
                missing.add(node.nodeId());
            }
        }
        if (missing.isEmpty()) {
            restart(now);
        }
        return missing;
    }

    /** Figures come by another way, and since when it can be called only the view knows. */
    private static boolean same(DiscoveredNode read, DiscoveredNode known) {
        return read.withLoadOf(known).callableSince(known.callableSince()).equals(known);
    }
}
