// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Nodes in the order of their ids; immutable, so that a reader sees one moment. One array and nothing else: a
 * map would add a fifth to what the nodes take.
 */
public final class NodeTable {

    /** No node. */
    public static final NodeTable EMPTY = new NodeTable(new DiscoveredNode[0], 0);

    private final DiscoveredNode[] nodes;
    private final long bytes;

    private NodeTable(DiscoveredNode[] nodes, long bytes) {
        this.nodes = nodes;
        this.bytes = bytes;
    }

    /** Of these, in any order. */
    public static NodeTable of(Collection<DiscoveredNode> nodes) {
        DiscoveredNode[] sorted = nodes.toArray(new DiscoveredNode[0]);
        Arrays.sort(sorted, Comparator.comparing(DiscoveredNode::nodeId));
        return new NodeTable(sorted, nodes.stream().mapToLong(DiscoveredNode::bytes).sum());
    }

    public List<DiscoveredNode> nodes() {
        return Arrays.asList(nodes);
    }

    public int size() {
        return nodes.length;
    }

    /** About how many bytes they hold, as if they shared nothing. */
    long bytes() {
        return bytes;
    }

    public Optional<DiscoveredNode> find(String nodeId) {
        int low = 0;
        int high = nodes.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = nodes[middle].nodeId().compareTo(nodeId);
            if (order == 0) {
                return Optional.of(nodes[middle]);
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return Optional.empty();
    }

    /** @param changed by id; an empty value for one that has left */
    public NodeTable with(SortedMap<String, Optional<DiscoveredNode>> changed) {
        TreeMap<String, Optional<DiscoveredNode>> left = new TreeMap<>(changed);
        DiscoveredNode[] merged = new DiscoveredNode[nodes.length + changed.size()];
        int count = 0;
        long size = bytes;
        for (Map.Entry<String, Optional<DiscoveredNode>> change : changed.entrySet()) {
            size += change.getValue().map(DiscoveredNode::bytes).orElse(0L)
                    - find(change.getKey()).map(DiscoveredNode::bytes).orElse(0L);
        }
        for (DiscoveredNode node : nodes) {
            while (!left.isEmpty() && left.firstKey().compareTo(node.nodeId()) < 0) {
                Optional<DiscoveredNode> added = left.pollFirstEntry().getValue();
                if (added.isPresent()) {
                    merged[count++] = added.get();
                }
            }
            DiscoveredNode kept = node;
            if (!left.isEmpty() && left.firstKey().equals(node.nodeId())) {
                kept = left.pollFirstEntry().getValue().orElse(null);
            }
            if (kept != null) {
                merged[count++] = kept;
            }
        }
        for (Optional<DiscoveredNode> added : left.values()) {
            if (added.isPresent()) {
                merged[count++] = added.get();
            }
        }
        return new NodeTable(Arrays.copyOf(merged, count), size);
    }
}
