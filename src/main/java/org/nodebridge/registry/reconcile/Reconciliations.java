// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Comparisons on demand. Any replica takes the request; the leader finds it in PostgreSQL and makes it. Safe from any
 * thread; throws {@link org.nodebridge.registry.store.jdbc.StoreException} while PostgreSQL is unavailable.
 */
@ApplicationScoped
public class Reconciliations {

    private static final long LOOK_MILLIS = 250;

    @Inject
    private ReconciliationRepository reconciliations;

    /**
     * Asks for a comparison and waits for it.
     *
     * @param requestedBy who asks
     * @param dryRun whether nothing is to be changed
     * @param patience how long to wait
     * @return the comparison, which has not ended when time ran out
     */
    public Reconciliation request(String requestedBy, boolean dryRun, Duration patience) {
        UUID id = UUID.randomUUID();
        reconciliations.request(id, requestedBy, dryRun);
        long giveUp = System.nanoTime() + patience.toNanos();
        Reconciliation asked = reconciliations.find(id).orElseThrow();
        while (!asked.status().ended() && System.nanoTime() < giveUp) {
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return asked;
            }
            asked = reconciliations.find(id).orElseThrow();
        }
        return asked;
    }

    public Optional<Reconciliation> find(UUID id) {
        return reconciliations.find(id);
    }

    /** The latest first: those asked for, and those of the schedule that found something new. */
    public List<Reconciliation> latest() {
        return reconciliations.latest();
    }
}
