// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.nodebridge.registry.store.ChangesRepository;
import org.nodebridge.registry.store.ChangesRepository.RowsAtRevision;
import org.nodebridge.registry.store.StoreUnavailableException;

/**
 * All nodes at one revision, as they were after they were asked for. Those who ask while one is being read share the
 * next one, because after a restart all come at once. Safe from many threads.
 */
@ApplicationScoped
public class Snapshots {

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
     * One that was begun after the call.
     *
     * @throws StoreUnavailableException when PostgreSQL does not give it in time
     */
    Snapshot take() {
        long asked = System.nanoTime();
        try {
            if (!lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new StoreUnavailableException("PostgreSQL has not given a snapshot in time", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while waiting for a snapshot", e);
        }
        try {
            if (last == null || last.begunAt() - asked < 0) {
                last = null; // not two of them at once
                last = read();
            }
            Snapshot taken = last;
            if (!lock.hasQueuedThreads()) {
                last = null;
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private Snapshot read() {
        long begunAt = System.nanoTime();
        RowsAtRevision rows = changes.discoverable();
        List<StreamEvent> registrations = rows.rows().stream()
                .map(row -> new StreamEvent(
                        "registration", null, row.description().type().wireName(), representation.registration(row)))
                .toList();
        return new Snapshot(rows.revision(), begunAt, registrations);
    }

    /** @param begunAt when its reading began, by {@link System#nanoTime} */
    record Snapshot(long revision, long begunAt, List<StreamEvent> registrations) {}
}
