// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A watcher's place in the stream: what comes next. For one thread at a time. What reads PostgreSQL throws
 * {@link org.nodebridge.registry.store.jdbc.StoreException} when it cannot, and may be called again then.
 */
final class StreamPlace {

    private final String nodeType;
    private final ChangeFeed feed;
    private final RemotePlace remote;
    private final Iterator<StreamEvent> head;
    private SnapshotReader snapshot;
    private boolean inSnapshot;
    private Iterator<StreamEvent> changes = Collections.emptyIterator();
    private long revision;
    private long revisionBefore;
    private boolean remotesTurn;
    private boolean lastIsRemote;
    private boolean overrun;
    private volatile boolean resuming = true;

    /** @param nodeType leaves out nodes of other types; {@code null} leaves out nothing */
    StreamPlace(String nodeType, Start start, ChangeFeed feed) {
        this.nodeType = nodeType;
        this.feed = feed;
        this.remote = start.remote();
        this.head = start.events().stream().filter(event -> event.concerns(nodeType)).iterator();
        this.snapshot = start.snapshot();
        this.inSnapshot = snapshot != null;
        this.revision = start.revision();
    }

    /** The next event; {@code null} while there is none. */
    StreamEvent next() {
        lastIsRemote = false;
        if (head.hasNext()) {
            return head.next();
        }
        StreamEvent state = remote == null ? null : remote.state();
        if (state != null) {
            return state;
        }
        return inSnapshot ? nextOfSnapshot() : nextChange();
    }

    private StreamEvent nextOfSnapshot() {
        while (snapshot != null) {
            StreamEvent registration = snapshot.next();
            if (registration == null) {
                snapshot = null;
            } else if (registration.concerns(nodeType)) {
                return registration;
            }
        }
        StreamEvent event = remote == null ? null : remote.nextOfSnapshot(nodeType);
        if (event != null) {
            lastIsRemote = true;
            return event;
        }
        inSnapshot = false;
        return StreamEvent.snapshotEnd(revision);
    }

    private StreamEvent nextChange() {
        while (true) {
            while (changes.hasNext()) {
                StreamEvent change = changes.next();
                revisionBefore = revision;
                revision = change.id();
                if (change.concerns(nodeType)) {
                    return change;
                }
            }
            StreamEvent event = remote == null ? null : remote.next(nodeType);
            if (event != null) {
                lastIsRemote = true;
                return event;
            }
            boolean read = remotesTurn ? readRemote() || readLocal() : readLocal() || !overrun && readRemote();
            if (overrun) {
                return StreamEvent.notice("overrun", "too_slow");
            }
            if (!read) {
                return null;
            }
        }
    }

    private boolean readLocal() {
        Optional<List<StreamEvent>> more = feed.next(revision);
        if (more.isPresent()) {
            resuming = false;
        } else if (resuming) {
            more = feed.resumed(revision);
        }
        overrun = more.isEmpty();
        changes = more.orElse(List.of()).iterator();
        remotesTurn |= changes.hasNext();
        return changes.hasNext();
    }

    private boolean readRemote() {
        boolean read = remote != null && remote.read();
        remotesTurn &= !read;
        return read;
    }

    /** The id to send with the event that was the last, {@code null} for none. */
    String id(StreamEvent event) {
        if (remote == null) {
            return event.id() == null ? null : event.id().toString();
        }
        return event.id() != null || lastIsRemote && !inSnapshot ? revision + remote.id() : null;
    }

    /** Lets go of the large event that was the next, and of what was read with it. */
    void back() {
        if (lastIsRemote) {
            remote.back(inSnapshot);
        } else if (snapshot != null) {
            snapshot.back();
        } else {
            changes = Collections.emptyIterator();
            revision = revisionBefore;
        }
    }

    boolean allRegions() {
        return remote != null;
    }

    /** Whether what follows has been dropped before it was sent. */
    boolean overrun() {
        return overrun;
    }

    /** Whether a region has been forgotten whose nodes have been sent, so that the client has to begin again. */
    boolean broken() {
        return remote != null && remote.broken();
    }

    /** Whether it has still to reach what the feed has, and may read the history for it. From any thread. */
    boolean resuming() {
        return resuming;
    }
}
