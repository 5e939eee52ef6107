// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.RegistrationBatch;
import org.nodebridge.registry.store.RegistrationBatchRepository;
import org.nodebridge.registry.store.RegistrationStore;
import org.nodebridge.registry.store.StoredEvents;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/**
 * Registers, renews and deregisters nodes in PostgreSQL and in Consul.
 *
 * <p>PostgreSQL first: its guard decides whether the event is the newest of its node. Then Consul, from the row. What
 * Consul cannot take stays a pending write, which {@code reconcile} finishes. No failure of one store ever undoes the
 * other.
 *
 * <p>Callable from any number of threads; never within a transaction, because a transaction would hold its connection
 * over Consul's retries. Every method throws {@link org.nodebridge.registry.store.jdbc.StoreDefectException} when
 * PostgreSQL answers but cannot do what it is asked for; Consul is not written to then.
 */
@ApplicationScoped
public class DualRegistrationService {

    @Inject
    private RegistrationStore store;

    @Inject
    private RegistrationBatchRepository rehearsal;

    @Inject
    private ConsulPublisher publisher;

    @Inject
    private OutagePublisher duringOutage;

    @Inject
    private RegistrationCounts counts;

    @Inject
    private RegistryMetrics metrics;

    @Inject
    private Event<EventsApplied> eventsApplied;

    @Inject
    private Event<HeartbeatsApplied> heartbeatsApplied;

    /**
     * Applies a batch of events: registers what was introduced, deregisters what departed, renews what sent a
     * heartbeat. Of each node only the newest event counts. May be called again with the same events. Returns when
     * PostgreSQL has them, and while Consul is still being written to; while PostgreSQL is unavailable, when Consul has
     * them.
     *
     * @return whether PostgreSQL has committed it; if not, the same batch is to be given again later
     */
    public BatchResult apply(List<? extends NodeEvent> events) {
        BatchResult result = applyLate(events);
        if (result.committed()) {
            eventsApplied.fire(new EventsApplied(events, result));
        } else {
            duringOutage.write(RegistrationBatch.collapse(events));
        }
        return result;
    }

    /**
     * Applies events that were not of today when they came: as {@link #apply}, but while PostgreSQL is unavailable
     * nothing is written to Consul, because only PostgreSQL knows whether they are still the newest.
     */
    public BatchResult applyLate(List<? extends NodeEvent> events) {
        try {
            StoredEvents stored = TracedWrites.toPostgres(events, store::store);
            counts.count(events, stored);
            CompletionStage<CatalogOutcome> published =
                    publisher.publish(stored, duringOutage.take(stored.stored().nodeIds()));
            return BatchResult.done(stored.refused(), stored.stored(), published);
        } catch (StoreUnavailableException e) {
            metrics.postgresUnavailable(RegistrationBatch.collapse(events).size());
            return BatchResult.notDone(e.getMessage());
        }
    }

    /**
     * Renews nodes by their heartbeats, and brings to Consul what they change in a check. A node that is not registered
     * is not registered by this: it is not in what is returned, and the nodes of its type are asked to introduce
     * themselves. Returns when PostgreSQL has them.
     *
     * @return whether PostgreSQL has committed it; if not, the same heartbeats are to be given again or forgotten
     */
    public BatchResult renew(List<Heartbeat> heartbeats) {
        BatchResult result = applyLate(heartbeats);
        if (result.committed()) {
            metrics.heartbeats("flushed", result.stored().renewed().size());
            heartbeatsApplied.fire(new HeartbeatsApplied(heartbeats, result));
        }
        return result;
    }

    /**
     * Brings events to PostgreSQL alone; what changes stays a pending write to Consul. They have been counted when they
     * came, and are not counted again.
     *
     * @param cordons why nodes were cordoned, by node id: those that are registered by this get their cordon back
     */
    public BatchResult store(List<? extends NodeEvent> events, Map<String, String> cordons) {
        try {
            StoredEvents stored = store.store(events, cordons);
            return BatchResult.done(stored.refused(), stored.stored());
        } catch (StoreUnavailableException e) {
            return BatchResult.notDone(e.getMessage());
        }
    }

    /** Whether PostgreSQL takes the events of a made-up node; where it fails at those too no record is to blame. */
    public boolean takesOthers() {
        try {
            rehearsal.rehearse();
            return true;
        } catch (StoreException e) {
            return false;
        }
    }

    /** Whether nothing is being written to Consul, or still to be. */
    public boolean idle() {
        return publisher.idle();
    }
}
