package org.nodebridge.registry.changes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.nodebridge.registry.store.ChangesRepository;
import org.nodebridge.registry.store.ChangesRepository.RowsAtRevision;
import org.nodebridge.registry.store.StoreUnavailableException;

/**
 * All nodes at one revision. Those who come within a few seconds share one, because after a restart all come at once;
 * what has changed since then they get as changes. Safe from many threads.
 */
@ApplicationScoped
public class Snapshots {

    private static final long FRESH_FOR = Duration.ofSeconds(3).toNanos();

    /** Longer than a read of some ten thousand rows takes. */
    private static final long PATIENCE_SECONDS = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final ChangesRepository changes;
    private final Representation representation;
    private Snapshot last;

    @Inject
    public Snapshots(ChangesRepository changes, Representation representation) {
        this.changes = changes;
        this.representation = representation;
    }

    Snapshots() {
        this(null, null); // for the client proxy
    }

    /**
     * One that is at most some seconds old.
     *
     * @param now by {@link System#nanoTime}
     * @throws StoreUnavailableException when PostgreSQL does not give it in time
     */
    Snapshot recent(long now) {
        try {
            if (!lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new StoreUnavailableException("PostgreSQL has not given a snapshot in time", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while waiting for a snapshot", e);
        }
        try {
            if (last == null || now - last.takenAt() > FRESH_FOR) {
                last = null; // not two of them at once
                RowsAtRevision rows = changes.discoverable();
                last = new Snapshot(
                        rows.revision(), System.nanoTime(), rows.rows().stream()
                                .map(row -> new StreamEvent(
                                        "registration", null, row.description().type().wireName(),
                                        representation.registration(row)))
                                .toList());
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the last one go. */
    void forget() {
        lock.lock();
        try {
            last = null;
        } finally {
            lock.unlock();
        }
    }

    /** @param takenAt by {@link System#nanoTime}, after it was read */
    record Snapshot(long revision, long takenAt, List<StreamEvent> registrations) {}
}
