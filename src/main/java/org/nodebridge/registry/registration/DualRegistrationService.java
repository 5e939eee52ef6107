// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Consumer;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.RegistrationBatch;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/**
 * Registers, renews and deregisters nodes in PostgreSQL and in Consul.
 *
 * <p>PostgreSQL first: its guard decides whether the event is the newest of its node. Then Consul, from the row. What
 * Consul cannot take stays owed and is finished by the reconciler. No failure of one store ever undoes the other.
 *
 * <p>Callable from any number of threads; never within a transaction, because a transaction would hold its connection
 * over Consul's retries.
 */
@ApplicationScoped
public class DualRegistrationService {

    @Inject
    private ManualRegistrations manual;

    @Inject
    private BatchWriter stores;

    @Inject
    private OutagePublisher writeAhead;

    @Inject
    private Announcements announcements;

    @Inject
    private Event<EventsApplied> eventsApplied;

    @Inject
    private Event<HeartbeatsApplied> heartbeatsApplied;

    @Inject
    private RegistryMetrics metrics;

    /**
     * Registers one node in both stores, or as far as the stores that are up allow. Waits for both.
     *
     * @throws TooManyRegistrationsException when too many others wait already; nothing has been done
     */
    public RegistrationResult register(Introduced event) {
        return manual.apply(event, () -> announcements.announce(event));
    }

    /**
     * Registers many nodes as {@link #register} does one, in few transactions. Waits for both stores.
     *
     * @param events in the order in which they are to count, where several are of one node
     * @return a result for each, in the same order
     */
    public List<RegistrationResult> registerAll(List<Introduced> events) {
        return manual.applyAll(events, announcements::announce);
    }

    /**
     * Deregisters one node from both stores, or as far as the stores that are up allow. Waits for both.
     *
     * @throws TooManyRegistrationsException when too many others wait already; nothing has been done
     */
    public RegistrationResult deregister(Departed event) {
        return manual.apply(event, () -> announcements.announce(event));
    }

    /**
     * Applies a batch of events: registers what was introduced, deregisters what departed, renews what sent a
     * heartbeat. Of each node only the newest event counts. May be called again with the same events. Returns when
     * PostgreSQL has them, and while Consul is still being written to.
     *
     * @return whether PostgreSQL has committed it; if not, the same batch is to be given again later
     */
    public BatchResult apply(List<? extends NodeEvent> events) {
        BatchResult result = apply(events, writeAhead::write);
        if (result.committed()) {
            eventsApplied.fire(new EventsApplied(events, result));
        }
        return result;
    }

    /**
     * Applies events that were not of today when they came: as {@link #apply}, but while PostgreSQL is away nothing is
     * written to Consul, because only PostgreSQL knows whether they are still the newest.
     */
    public BatchResult applyLate(List<? extends NodeEvent> events) {
        return apply(events, batch -> {});
    }

    private BatchResult apply(List<? extends NodeEvent> events, Consumer<RegistrationBatch> duringOutage) {
        try {
            return stores.storeAndPublish(events);
        } catch (StoreUnavailableException e) {
            RegistrationBatch batch = RegistrationBatch.collapse(events);
            metrics.postgresUnavailable(batch.size());
            duringOutage.accept(batch);
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
     * Brings events to PostgreSQL alone; what changes stays owed to Consul. They have been counted when they came, and
     * are not counted again.
     */
    public BatchResult store(List<? extends NodeEvent> events) {
        try {
            return stores.store(events);
        } catch (StoreUnavailableException e) {
            return BatchResult.notDone(e.getMessage());
        }
    }

    /** Whether nothing is being written to Consul, or still to be. */
    public boolean idle() {
        return stores.idle();
    }
}
