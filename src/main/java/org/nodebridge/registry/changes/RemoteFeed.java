// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.nodebridge.registry.changes.RemoteChanges.Page;
import org.nodebridge.registry.changes.RemoteChanges.RemoteNode;
import org.nodebridge.registry.changes.RemoteChanges.RemoteRegion;
import org.nodebridge.registry.concurrent.BoundedWait;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/**
 * The nodes of other regions for all who watch them, in slices that are read once for all who stand at the same place.
 * What is kept is bounded in bytes, and one page is read at a time. Safe from many threads.
 *
 * <p>A slice of changes stays right however old it is: a node that has changed since has a higher number, and comes
 * again behind it. A slice of a snapshot does only for those who asked before it was read.
 */
@ApplicationScoped
public class RemoteFeed {

    private static final long PAGE_BYTES = 1 << 20;
    private static final int PAGE_NODES = 1_000;
    private static final long LONGEST_WAIT_SECONDS = 10;

    private final RemoteChanges remote;
    private final Representation representation;
    private final long mostBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Nothing> nothing = new ConcurrentHashMap<>();
    private volatile List<RemoteRegion> regions = List.of();

    // least recently used first; guarded by the lock
    private final Map<Key, Slice> slices = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;
    private int limit = PAGE_NODES;

    @Inject
    public RemoteFeed(RemoteChanges remote, Representation representation, RegistrySettings settings) {
        this(remote, representation, settings.watch().bufferBytes() / 2);
    }

    RemoteFeed(RemoteChanges remote, Representation representation, long mostBytes) {
        this.remote = remote;
        this.representation = representation;
        this.mostBytes = mostBytes;
    }

    RemoteFeed() {
        this(null, null, 0); // for the client proxy
    }

    /**
     * Asks PostgreSQL how it stands with the regions; whether anything is new.
     *
     * @throws org.nodebridge.registry.store.jdbc.StoreException when it does not say
     */
    synchronized boolean refresh() {
        List<RemoteRegion> now = remote.regions();
        boolean news = !now.equals(regions);
        if (wentBack(regions, now)) {
            rest(); // PostgreSQL has lost what was imported last, and gives the numbers out again
        }
        regions = now;
        return news;
    }

    private static boolean wentBack(List<RemoteRegion> before, List<RemoteRegion> now) {
        return before.stream().anyMatch(known -> now.stream().anyMatch(
                region -> region.name().equals(known.name()) && region.linkId().equals(known.linkId())
                        && region.lastSeq() < known.lastSeq()));
    }

    /** As they were at the last {@link #refresh}. */
    List<RemoteRegion> regions() {
        return regions;
    }

    /** The next nodes by their changes; none where there are none. */
    List<Node> changed(String region, String linkId, long after, long livingUpTo) {
        long lastSeq = regions.stream().filter(known -> known.name().equals(region) && known.linkId().equals(linkId))
                .mapToLong(RemoteRegion::lastSeq).findFirst().orElse(Long.MAX_VALUE);
        Nothing known = nothing.get(region);
        if (livingUpTo == 0 && known != null && known.has(linkId, after, lastSeq)) {
            return List.of();
        }
        Key key = new Key(region, linkId, null, after, livingUpTo);
        List<Node> found = slice(key, Long.MIN_VALUE, false).nodes();
        if (livingUpTo == 0 && found.isEmpty() && lastSeq != Long.MAX_VALUE) {
            nothing.put(region, new Nothing(linkId, after, lastSeq));
        }
        return found;
    }

    /**
     * The next nodes of a snapshot by their ids.
     *
     * @param askedAt when the watcher asked, by {@link System#nanoTime}; what it is given was read later
     */
    Slice living(String region, String linkId, String after, long askedAt) {
        return slice(new Key(region, linkId, after, -1, 0), askedAt, true);
    }

    private Slice slice(Key key, long askedAt, boolean dated) {
        try {
            if (!lock.tryLock(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new StoreUnavailableException("PostgreSQL has not given nodes of a region in time", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while waiting for nodes of a region", e);
        }
        try {
            Slice kept = slices.get(key);
            return kept != null && (!dated || kept.begunAt() - askedAt >= 0) ? kept : read(key);
        } finally {
            lock.unlock();
        }
    }

    private Slice read(Key key) {
        long begunAt = System.nanoTime();
        boolean snapshot = key.seq() < 0;
        Page page = snapshot
                ? remote.living(key.region(), key.linkId(), key.nodeId(), limit, PAGE_BYTES)
                : remote.changed(key.region(), key.linkId(), key.seq(), key.livingUpTo(), limit, PAGE_BYTES);
        // where few fit, PostgreSQL need not weigh many to find that out
        limit = page.more() ? Math.min(PAGE_NODES, 2 * page.nodes().size() + 2) : PAGE_NODES;
        if (page.nodes().isEmpty()) {
            return new Slice(key, List.of(), !page.more(), 0, begunAt); // not kept: more may come
        }
        List<Slice> read = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        long size = 0;
        Key from = key;
        for (RemoteNode each : page.nodes()) {
            Node node = node(key.region(), each);
            if (!nodes.isEmpty() && size + node.event().size() > SnapshotPages.SLICE_BYTES) {
                read.add(new Slice(from, nodes, false, size, begunAt));
                Node last = nodes.get(nodes.size() - 1);
                from = snapshot ? key.at(last.nodeId(), -1) : key.at(null, last.seq());
                nodes = new ArrayList<>();
                size = 0;
            }
            nodes.add(node);
            size += node.event().size();
        }
        read.add(new Slice(from, nodes, !page.more(), size, begunAt));
        for (int i = read.size() - 1; i >= 0; i--) {
            keep(read.get(i)); // the one that is asked for last, so that it goes last
        }
        return read.get(0);
    }

    private Node node(String region, RemoteNode node) {
        return new Node(node.nodeId(), node.seq(), new StreamEvent(
                node.published() == null ? "remote-removed" : "remote-registration", null, node.nodeType(),
                representation.remote(region, node)));
    }

    private void keep(Slice slice) {
        Slice before = slices.put(slice.from(), slice);
        bytes += slice.bytes() - (before == null ? 0 : before.bytes());
        Iterator<Slice> oldest = slices.values().iterator();
        while (bytes > mostBytes && oldest.hasNext()) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    /** Forgets what it has; nobody watches any more. */
    void rest() {
        BoundedWait.lock(lock);
        try {
            slices.clear();
            nothing.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes are kept for others. */
    long keptBytes() {
        BoundedWait.lock(lock);
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Numbers that no change has, as of records that were no news, so that not each watcher has to ask for them. */
    private record Nothing(String linkId, long after, long upTo) {

        boolean has(String link, long from, long lastSeq) {
            return linkId.equals(link) && from >= after && lastSeq <= upTo;
        }
    }

    /** A node as it is sent. */
    record Node(String nodeId, long seq, StreamEvent event) {}

    /**
     * Some nodes that follow each other.
     *
     * @param last whether none follows
     * @param begunAt when its reading began, by {@link System#nanoTime}
     */
    record Slice(Key from, List<Node> nodes, boolean last, long bytes, long begunAt) {}

    /**
     * Where a slice begins.
     *
     * @param nodeId in a snapshot: the id after which it begins
     * @param seq else: the number of the change after which it begins; -1 in a snapshot
     */
    record Key(String region, String linkId, String nodeId, long seq, long livingUpTo) {

        private Key at(String node, long number) {
            return new Key(region, linkId, node, number, livingUpTo);
        }
    }
}
