// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nodebridge.registry.changes.Change.Kind;
import org.nodebridge.registry.changes.ChangesRepository.ChangesAndRows;
import org.nodebridge.registry.changes.ChangesRepository.Span;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.jdbc.StoreException;

/**
 * Follows the history while there are watchers, and keeps the last changes as they are sent. Safe from many threads.
 * What reads PostgreSQL throws {@link StoreException} when it cannot.
 */
@ApplicationScoped
public class ChangeFeed {

    private static final int MOST_CHANGES = 10_000;

    /**
     * So many changes of before the first watcher are read, for those who come back to a replica that has restarted.
     */
    private static final int HEAD_START = 500;

    private static final int MOST_OF_A_READ = 500;
    private static final long READ_BYTES = 4L << 20;
    private static final int MOST_OF_A_RESUME = 100;

    private final ChangesRepository changes;
    private final Representation representation;
    private final ChangeWindow window;
    private volatile boolean following;

    @Inject
    public ChangeFeed(ChangesRepository changes, Representation representation, RegistrySettings settings) {
        this(changes, representation, new ChangeWindow(MOST_CHANGES, settings.watch().bufferBytes()));
    }

    ChangeFeed(ChangesRepository changes, Representation representation, ChangeWindow window) {
        this.changes = changes;
        this.representation = representation;
        this.window = window;
    }

    ChangeFeed() {
        this(null, null, (ChangeWindow) null); // for the client proxy
    }

    /** Begins to follow, unless it does already: each later commit will be in the window. */
    void follow() {
        if (!following) {
            begin();
        }
    }

    private synchronized void begin() {
        if (!following) {
            Span span = changes.span();
            window.begin(Math.max(span.first() - 1, span.last() - HEAD_START));
            following = true;
        }
    }

    /** Forgets what it has; there are no watchers any more. */
    synchronized void rest() {
        following = false;
        window.begin(0);
    }

    /**
     * Reads what is new.
     *
     * @return whether anything was
     * @throws HistoryBrokenException when what is there does not follow what was seen before, as in another database;
     *     it follows the new history from then on
     */
    synchronized boolean read() {
        if (!following) {
            return false;
        }
        boolean found = false;
        for (Span span = changes.span(); span.last() != window.last(); span = changes.span()) {
            long seen = window.last();
            List<StreamEvent> next = span.leadsOnFrom(seen) ? read(seen, MOST_OF_A_READ, READ_BYTES) : List.of();
            if (next.isEmpty() || next.get(0).id() != seen + 1) {
                window.begin(span.last());
                throw new HistoryBrokenException("revision " + (seen + 1) + " should follow, and the history has "
                        + span.first() + " to " + span.last());
            }
            window.append(next);
            found = true;
        }
        return found;
    }

    /** The revisions that can be resumed from. */
    Span span() {
        return changes.span();
    }

    /** What a watcher at that revision is to get next; none when there is nothing yet, empty when it is too late. */
    Optional<List<StreamEvent>> next(long revision) {
        return window.after(revision, MOST_OF_A_RESUME, SnapshotPages.SLICE_BYTES);
    }

    /**
     * For one who comes back: what the window has no longer is read from the history; empty when that has it no more.
     */
    Optional<List<StreamEvent>> resumed(long revision) {
        List<StreamEvent> read = read(revision, MOST_OF_A_RESUME, SnapshotPages.SLICE_BYTES);
        return !read.isEmpty() && read.get(0).id() == revision + 1 ? Optional.of(read) : Optional.empty();
    }

    private List<StreamEvent> read(long revision, int most, long bytes) {
        ChangesAndRows found = changes.withRowsAfter(revision, most, bytes);
        return found.changes().stream().map(change -> event(change, found)).toList();
    }

    private StreamEvent event(Change change, ChangesAndRows found) {
        boolean ofAnotherType = change.kind() == Kind.UPDATED && change.changedFields().contains("node_type");
        return new StreamEvent(
                change.kind().name().toLowerCase(Locale.ROOT), change.revision(),
                ofAnotherType ? null : change.nodeType(), // those who want its former type must learn that, too
                representation.change(change, found.rows().get(change.nodeId())));
    }

    /** What was followed is not there any more. */
    static final class HistoryBrokenException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        HistoryBrokenException(String message) {
            super(message);
        }
    }
}
