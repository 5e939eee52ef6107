// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.Collections;
import java.util.Iterator;
import org.nodebridge.registry.changes.SnapshotPages.Node;
import org.nodebridge.registry.changes.SnapshotPages.Slice;

/** A watcher's place in the snapshot. For one thread at a time. */
final class SnapshotReader {

    private final SnapshotPages pages;
    private final long askedAt;
    private Iterator<Node> slice = Collections.emptyIterator();
    private String after;
    private String before;
    private boolean last;
    private long revision;

    /** At the first node. */
    SnapshotReader(SnapshotPages pages) {
        this.pages = pages;
        this.askedAt = System.nanoTime();
    }

    /**
     * The revision at which the first nodes are read, before any is taken; those of a later page may be newer,
     * and are no older.
     *
     * @throws org.nodebridge.registry.store.jdbc.StoreException when they cannot be read now
     */
    long begin() {
        revision = read().revision();
        return revision;
    }

    /**
     * The next node; {@code null} after the last.
     *
     * @throws org.nodebridge.registry.store.jdbc.StoreException when it cannot be read now
     */
    StreamEvent next() {
        while (!slice.hasNext()) {
            if (last) {
                return null;
            }
            read();
        }
        Node node = slice.next();
        before = after;
        after = node.id();
        return node.event();
    }

    private Slice read() {
        Slice next = pages.next(after, askedAt, revision);
        slice = next.nodes().iterator();
        last = next.last();
        return next;
    }

    /** Lets go of the node that {@link #next} has just given, and of all it holds; that node is the next again. */
    void back() {
        slice = Collections.emptyIterator();
        after = before;
        last = false;
    }
}
