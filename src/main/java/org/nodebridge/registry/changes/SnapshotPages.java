// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.nodebridge.registry.changes.ChangesRepository.Discoverable;
import org.nodebridge.registry.concurrent.BoundedWait;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/**
 * All nodes, in slices by their ids, each read when a watcher comes to it. A watcher may use a slice that was read for
 * another one, if it was read after this one asked: after a restart all watchers come at once. The slices that are kept
 * are bounded in bytes, and one page is read at a time. Safe from many threads.
 */
@ApplicationScoped
public class SnapshotPages {

    /** What a watcher holds while its client takes it, unless a single node is larger. */
    static final long SLICE_BYTES = 64 << 10;

    private static final long PAGE_BYTES = 2 << 20;
    private static final int PAGE_ROWS = 1_000;

    private static final long LONGEST_WAIT_SECONDS = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final ChangesRepository changes;
    private final Representation representation;
    private final long mostBytes;

    // by the id after which they begin, and least recently used first; guarded by the lock
    private final Map<String, Slice> slices = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;
    private int rows = PAGE_ROWS;

    @Inject
    public SnapshotPages(ChangesRepository changes, Representation representation, RegistrySettings settings) {
        this(changes, representation, settings.watch().bufferBytes() / 2);
    }

    SnapshotPages(ChangesRepository changes, Representation representation, long mostBytes) {
        this.changes = changes;
        this.representation = representation;
        this.mostBytes = mostBytes;
    }

    SnapshotPages() {
        this(null, null, 0); // for the client proxy
    }

    /**
     * The nodes that follow.
     *
     * @param after the id after which to begin; {@code null} for the first
     * @param askedAt when the watcher asked, by {@link System#nanoTime}; what it is given was read later
     * @param revision of its first nodes; those that follow are no older, or a change between would be lost
     * @throws org.nodebridge.registry.store.jdbc.StoreException when PostgreSQL does not give them in time
     */
    Slice next(String after, long askedAt, long revision) {
        try {
            if (!lock.tryLock(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new StoreUnavailableException("PostgreSQL has not given a snapshot in time", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while waiting for a snapshot", e);
        }
        try {
            Slice kept = slices.get(after);
            boolean suits = kept != null && kept.begunAt() - askedAt >= 0 && kept.revision() >= revision;
            return suits ? kept : read(after);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what it has; there are no watchers any more. */
    void rest() {
        BoundedWait.lock(lock);
        try {
            slices.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
    }

    private Slice read(String after) {
        long begunAt = System.nanoTime();
        Discoverable page = changes.discoverable(after, rows, PAGE_BYTES);
        // where few fit, PostgreSQL need not weigh many to find that out
        rows = page.more() ? Math.min(PAGE_ROWS, 2 * page.rows().size() + 2) : PAGE_ROWS;
        List<Slice> read = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        long size = 0;
        String from = after;
        for (ToolRegistration row : page.rows()) {
            Node node = new Node(row.nodeId(), new StreamEvent(
                    "registration", null, row.type().wireName(), representation.registration(row)));
            if (!nodes.isEmpty() && size + node.event().size() > SLICE_BYTES) {
                read.add(new Slice(from, nodes, false, size, begunAt, page.revision()));
                from = nodes.get(nodes.size() - 1).id();
                nodes = new ArrayList<>();
                size = 0;
            }
            nodes.add(node);
            size += node.event().size();
        }
        read.add(new Slice(from, nodes, !page.more(), size, begunAt, page.revision()));
        for (int i = read.size() - 1; i >= 0; i--) {
            keep(read.get(i)); // the one that is asked for last, so that it goes last
        }
        return read.get(0);
    }

    private void keep(Slice slice) {
        Slice before = slices.put(slice.after(), slice);
        bytes += slice.bytes() - (before == null ? 0 : before.bytes());
        Iterator<Slice> oldest = slices.values().iterator();
        while (bytes > mostBytes && oldest.hasNext()) {
            bytes -= oldest.next().bytes();
            oldest.remove();
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

    /** A node of a snapshot. */
    record Node(String id, StreamEvent event) {}

    /**
     * Some nodes that follow each other.
     *
     * @param after the id after which they begin
     * @param last whether none follows
     * @param begunAt when its reading began, by {@link System#nanoTime}
     * @param revision the last revision that is in the nodes
     */
    record Slice(String after, List<Node> nodes, boolean last, long bytes, long begunAt, long revision) {}
}
