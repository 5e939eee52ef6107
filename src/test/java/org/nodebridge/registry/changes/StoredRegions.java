// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.nodebridge.registry.registration.api.OtherHomes.Published;
import org.nodebridge.registry.store.RegistrationOrder.Place;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/** Nodes of other regions in memory. */
final class StoredRegions implements RemoteChanges {

    private final Map<String, Region> regions = new TreeMap<>(Comparator.reverseOrder());
    int reads;
    boolean away;

    StoredRegions() {
        regions.put("us", new Region("link1"));
        regions.put("ap", new Region("link1"));
    }

    /** Shows a node as long as that. */
    static Representation largeIf(String nodeId, int length) {
        return new Representation() {
            @Override
            public String registration(ToolRegistration row) {
                throw new UnsupportedOperationException();
            }

            @Override
            public String change(Change change, ToolRegistration row) {
                throw new UnsupportedOperationException();
            }

            @Override
            public String remote(String region, RemoteNode node) {
                return node.nodeId().equals(nodeId) ? "x".repeat(length) : "{}";
            }
        };
    }

    /** A node is there, or says something new. */
    StoredRegions have(String region, String nodeId) {
        Region its = regions.get(region);
        Published published =
                new Published(new Place("", nodeId, region), null, 1, Instant.EPOCH, null, null, null, null, "{}");
        its.nodes.put(nodeId, new RemoteNode(nodeId, ++its.lastSeq, "effect", published));
        return this;
    }

    StoredRegions remove(String region, String nodeId) {
        Region its = regions.get(region);
        its.nodes.put(nodeId, new RemoteNode(nodeId, ++its.lastSeq, null, null));
        return this;
    }

    /** Numbers are given out for records that say nothing new. */
    StoredRegions skip(String region, int numbers) {
        regions.get(region).lastSeq += numbers;
        return this;
    }

    /** What came after that number is lost. */
    StoredRegions goBack(String region, long seq) {
        Region its = regions.get(region);
        its.nodes.values().removeIf(node -> node.seq() > seq);
        its.lastSeq = seq;
        return this;
    }

    /** Removes nodes that left. */
    StoredRegions prune(String region) {
        Region its = regions.get(region);
        its.nodes.values().removeIf(node -> {
            its.prunedSeq = node.published() == null ? Math.max(its.prunedSeq, node.seq()) : its.prunedSeq;
            return node.published() == null;
        });
        return this;
    }

    StoredRegions state(String region, String state) {
        regions.get(region).state = state;
        return this;
    }

    StoredRegions forget(String region) {
        regions.put(region, new Region("link2"));
        return this;
    }

    @Override
    public List<RemoteRegion> regions() {
        List<RemoteRegion> all = new ArrayList<>();
        regions.forEach((name, its) -> all.add(
                new RemoteRegion(name, its.linkId, its.state, its.lastSeq, its.prunedSeq)));
        return all;
    }

    @Override
    public Page changed(String region, String linkId, long after, long livingUpTo, int limit, long bytes) {
        return page(region, linkId, Comparator.comparing(RemoteNode::seq), limit,
                node -> node.seq() > after && (node.published() != null || node.seq() > livingUpTo));
    }

    @Override
    public Page living(String region, String linkId, String after, int limit, long bytes) {
        return page(region, linkId, Comparator.comparing(RemoteNode::nodeId), limit,
                node -> node.published() != null && (after == null || node.nodeId().compareTo(after) > 0));
    }

    private Page page(
            String region, String linkId, Comparator<RemoteNode> order, int limit,
            Predicate<RemoteNode> wanted) {
        if (away) {
            throw new StoreUnavailableException("away", null);
        }
        reads++;
        Region its = regions.get(region);
        if (!its.linkId.equals(linkId)) {
            return new Page(List.of(), false);
        }
        List<RemoteNode> found = its.nodes.values().stream().filter(wanted).sorted(order).limit(limit + 1L).toList();
        return new Page(found.subList(0, Math.min(limit, found.size())), found.size() > limit);
    }

    private static final class Region {

        private final String linkId;
        private final Map<String, RemoteNode> nodes = new HashMap<>();
        private String state = "connected";
        private long lastSeq;
        private long prunedSeq;

        Region(String linkId) {
            this.linkId = linkId;
        }
    }
}
