// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.nodebridge.registry.changes.RemoteChanges.RemoteRegion;
import org.nodebridge.registry.changes.RemoteFeed.Node;
import org.nodebridge.registry.changes.RemoteFeed.Slice;
import org.nodebridge.registry.event.Characters;

/**
 * A watcher's place among the nodes of other regions: of each region, up to which of its changes the watcher knows
 * them. For one thread at a time. What reads PostgreSQL throws
 * {@link org.nodebridge.registry.store.jdbc.StoreException} when it cannot, and may be called again then.
 */
final class RemotePlace {

    /** More than 16 regions of the longest names take. */
    private static final int LONGEST_ID = 2_000;

    private final RemoteFeed feed;
    private final Map<String, Spot> spots = new LinkedHashMap<>();
    private String obstacle;
    private boolean broken;
    private int turn;

    // what is in hand: nodes of one region
    private Iterator<Node> nodes = Collections.emptyIterator();
    private Spot spot;
    private long seqBefore;

    // of the snapshot
    private final long askedAt = System.nanoTime();
    private final Deque<Spot> unread = new ArrayDeque<>();
    private boolean last;
    private String after;
    private String afterBefore;

    private RemotePlace(RemoteFeed feed) {
        this.feed = feed;
    }

    /** Before the first node of a snapshot, as of the last {@link RemoteFeed#refresh}. */
    static RemotePlace ofSnapshot(RemoteFeed feed) {
        List<RemoteRegion> regions = feed.regions(); // before it asks: what is read then is no older
        RemotePlace place = new RemotePlace(feed);
        for (RemoteRegion region : regions) {
            Spot begin = new Spot(region.name(), region.linkId(), region.lastSeq(), 0);
            place.spots.put(region.name(), begin);
            if (region.lastSeq() > 0) {
                place.unread.add(begin);
            }
        }
        return place;
    }

    /** Where an id of {@link #id} leads, as of the last {@link RemoteFeed#refresh}. */
    static RemotePlace after(RemoteFeed feed, String id) {
        RemotePlace place = new RemotePlace(feed);
        place.read(id);
        Map<String, Spot> lost = new LinkedHashMap<>(place.spots);
        for (RemoteRegion region : feed.regions()) {
            Spot known = place.spots.get(region.name());
            if (known == null) {
                // of nodes that left before it knew any, it needs no event
                place.spots.put(
                        region.name(), new Spot(region.name(), region.linkId(), 0, region.lastSeq()));
            } else if (known.linkId.equals(region.linkId()) && known.seq >= region.prunedSeq()
                    && known.seq <= region.lastSeq()) {
                lost.remove(region.name());
            }
        }
        if (place.obstacle == null && !lost.isEmpty()) {
            place.obstacle = "region_lost";
        }
        return place;
    }

    private void read(String id) {
        if (id.length() > LONGEST_ID) {
            obstacle = "unknown_id";
            return;
        }
        for (String part : id.isEmpty() ? new String[0] : id.split(",", -1)) {
            String[] parts = part.split(":", -1);
            OptionalLong seq = parts.length == 3
                    ? Characters.wholeNumber(parts[2], Long.MAX_VALUE)
                    : OptionalLong.empty();
            if (seq.isEmpty() || spots.put(parts[0], new Spot(parts[0], parts[1], seq.getAsLong(), 0)) != null) {
                obstacle = "unknown_id";
                return;
            }
        }
    }

    /** Why the id does not lead on; {@code null} where it does. */
    String obstacle() {
        return obstacle;
    }

    /** The regions as an id has them, each with a comma before it; those of which nothing is known are left out. */
    String id() {
        StringBuilder id = new StringBuilder();
        for (Spot each : spots.values()) {
            if (each.seq > 0) {
                id.append(',').append(each.region).append(':').append(each.linkId).append(':').append(each.seq);
            }
        }
        return id.toString();
    }

    /** The state of a link that the watcher has not received yet; {@code null} for none. */
    StreamEvent state() {
        for (RemoteRegion region : feed.regions()) {
            Spot known = spotOf(region);
            if (!region.state().equals(known.state)) {
                known.state = region.state();
                return StreamEvent.region(region.name(), region.state());
            }
        }
        return null;
    }

    /** The next node of the snapshot; {@code null} after the last. */
    StreamEvent nextOfSnapshot(String nodeType) {
        while (true) {
            while (nodes.hasNext()) {
                Node node = nodes.next();
                afterBefore = after;
                after = node.nodeId();
                if (node.event().concerns(nodeType)) {
                    return node.event();
                }
            }
            nodes = Collections.emptyIterator(); // it would hold on to the events that have been sent
            if (spot == null || last) {
                spot = unread.poll();
                after = null;
                if (spot == null) {
                    return null;
                }
                last = false;
            }
            Slice slice = feed.living(spot.region, spot.linkId, after, askedAt);
            nodes = slice.nodes().iterator();
            last = slice.last();
        }
    }

    /** The next of the changes in hand; {@code null} for none. */
    StreamEvent next(String nodeType) {
        while (nodes.hasNext()) {
            Node node = nodes.next();
            seqBefore = spot.seq;
            spot.seq = node.seq();
            if (node.event().concerns(nodeType)) {
                return node.event();
            }
        }
        nodes = Collections.emptyIterator(); // as above
        return null;
    }

    /** Takes the next changes in hand, of the regions by turns; whether there are any. */
    boolean read() {
        List<RemoteRegion> regions = feed.regions();
        for (int i = 0; i < regions.size() && !broken; i++) {
            RemoteRegion region = regions.get((turn + i) % regions.size());
            if (read(region)) {
                turn = (turn + i + 1) % regions.size();
                return true;
            }
        }
        return false;
    }

    private boolean read(RemoteRegion region) {
        Spot known = spotOf(region);
        if (!known.linkId.equals(region.linkId())) {
            if (known.seq > 0) {
                broken = true;
                return false;
            }
            known.linkId = region.linkId();
            known.livingUpTo = region.lastSeq();
        }
        if (known.seq >= region.lastSeq()) {
            return false;
        }
        // who has passed that number stands where others do, and is given what they are given
        long livingUpTo = known.seq < known.livingUpTo ? known.livingUpTo : 0;
        List<Node> found = feed.changed(region.name(), known.linkId, known.seq, livingUpTo);
        if (found.isEmpty()) {
            known.seq = region.lastSeq(); // numbers have gaps
            return false;
        }
        nodes = found.iterator();
        spot = known;
        return true;
    }

    private Spot spotOf(RemoteRegion region) {
        return spots.computeIfAbsent(
                region.name(), name -> new Spot(name, region.linkId(), 0, region.lastSeq()));
    }

    /** Whether a region has been forgotten whose nodes the watcher knows, so that it has to begin again. */
    boolean broken() {
        return broken;
    }

    /** Lets go of the node that was the next and of all that is in hand; that node is the next again. */
    void back(boolean ofSnapshot) {
        nodes = Collections.emptyIterator();
        if (ofSnapshot) {
            after = afterBefore;
            last = false;
        } else {
            spot.seq = seqBefore;
        }
    }

    /** Of one region. */
    private static final class Spot {

        private final String region;
        private String linkId;
        private long seq;
        private long livingUpTo;
        private String state;

        Spot(String region, String linkId, long seq, long livingUpTo) {
            this.region = region;
            this.linkId = linkId;
            this.seq = seq;
            this.livingUpTo = livingUpTo;
        }
    }
}
