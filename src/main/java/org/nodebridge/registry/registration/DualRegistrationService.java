package org.nodebridge.registry.registration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.CatalogDebtRepository;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.RegistrationBatch;
import org.nodebridge.registry.store.RegistrationBatchRepository;
import org.nodebridge.registry.store.StoreRefusedException;
import org.nodebridge.registry.store.StoreUnavailableException;
import org.nodebridge.registry.store.StoredBatch;
import org.nodebridge.registry.store.StoredEvent;

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
    private RegistrationBatchRepository store;

    @Inject
    private CatalogDebtRepository debt;

    @Inject
    private CatalogApplication catalog;

    @Inject
    private WriteAhead writeAhead;

    @Inject
    private Announcements announcements;

    @Inject
    private UnknownNodes unknownNodes;

    @Inject
    private RegistryMetrics metrics;

    /** Registers one node in both stores, or as far as the stores that are up allow. */
    public RegistrationResult register(Introduced event) {
        return applyOne(event, () -> announcements.announce(event));
    }

    /** Deregisters one node from both stores, or as far as the stores that are up allow. */
    public RegistrationResult deregister(Departed event) {
        return applyOne(event, () -> announcements.announce(event));
    }

    /**
     * Applies a batch of events: registers what was introduced, deregisters what departed, renews what sent a heartbeat.
     * Of each node only the newest event counts. May be called again with the same events.
     *
     * @return whether PostgreSQL has committed it; if not, the same batch is to be given again later
     */
    public BatchResult apply(List<? extends NodeEvent> events) {
        return apply(events, writeAhead::write);
    }

    /**
     * Applies events that were not of today when they came: as {@link #apply}, but while PostgreSQL is away nothing is
     * written to Consul, because only PostgreSQL knows whether they are still the newest.
     */
    public BatchResult applyLate(List<? extends NodeEvent> events) {
        return apply(events, batch -> {});
    }

    private BatchResult apply(List<? extends NodeEvent> events, Consumer<RegistrationBatch> duringOutage) {
        RegistrationBatch batch = RegistrationBatch.collapse(events);
        try {
            BatchResult result = storeAndPublish(batch, events);
            countSuperseded(events, batch);
            return result;
        } catch (StoreUnavailableException e) {
            metrics.postgresUnavailable(batch.size());
            duringOutage.accept(batch);
            return BatchResult.notDone(e.getMessage());
        }
    }

    /**
     * Renews nodes by their heartbeats, and brings to Consul what they change in a check. A node that is not registered
     * is not registered by this: it is not in what is returned, and the nodes of its type are asked to introduce
     * themselves.
     *
     * @return whether PostgreSQL has committed it; if not, the same heartbeats are to be given again or forgotten
     */
    public BatchResult renew(List<Heartbeat> heartbeats) {
        BatchResult result = applyLate(heartbeats);
        if (result.committed()) {
            metrics.heartbeats("flushed", result.stored().renewed().size());
            unknownNodes.notice(heartbeats, result);
        }
        return result;
    }

    /**
     * Brings events to PostgreSQL alone; what changes stays owed to Consul. They have been counted when they came, and
     * are not counted again.
     */
    public BatchResult store(List<? extends NodeEvent> events) {
        try {
            return takeAll(RegistrationBatch.collapse(events), events, (part, stored) -> {});
        } catch (StoreUnavailableException e) {
            return BatchResult.notDone(e.getMessage());
        }
    }

    private BatchResult storeAndPublish(RegistrationBatch batch, List<? extends NodeEvent> events) {
        return takeAll(batch, events, (part, stored) -> {
            count(part, stored);
            oweWhatWasWrittenAhead(stored);
            publish(stored);
        });
    }

    private BatchResult takeAll(
            RegistrationBatch batch,
            List<? extends NodeEvent> events,
            BiConsumer<RegistrationBatch, StoredBatch> then) {
        Map<UUID, String> refused = new LinkedHashMap<>();
        StoredBatch stored = take(batch, refused, then);
        if (!refused.isEmpty()) {
            // an older event of the same node, which the refused one had superseded, may be good
            stored = stored.then(take(RegistrationBatch.collapse(without(refused, events)), refused, then));
        }
        return BatchResult.done(refused, stored);
    }

    private static List<OfNode> without(Map<UUID, String> refused, List<? extends NodeEvent> events) {
        List<OfNode> ofNodes = events.stream().filter(OfNode.class::isInstance).map(OfNode.class::cast).toList();
        Set<String> nodes = ofNodes.stream()
                .filter(event -> refused.containsKey(event.version().eventId()))
                .map(OfNode::nodeId)
                .collect(Collectors.toSet());
        return ofNodes.stream()
                .filter(event -> nodes.contains(event.nodeId()) && !refused.containsKey(event.version().eventId()))
                .toList();
    }

    /** Splits a batch that PostgreSQL refuses until the row at fault stands alone. */
    private StoredBatch take(
            RegistrationBatch batch, Map<UUID, String> refused, BiConsumer<RegistrationBatch, StoredBatch> then) {
        if (batch.isEmpty()) {
            return StoredBatch.NOTHING;
        }
        StoredBatch stored;
        try {
            stored = store.store(batch);
        } catch (StoreRefusedException e) {
            if (batch.size() == 1) {
                refused.put(batch.events().get(0).version().eventId(), e.getMessage());
                return StoredBatch.NOTHING;
            }
            StoredBatch all = StoredBatch.NOTHING;
            for (RegistrationBatch half : batch.halves()) {
                all = all.then(take(half, refused, then));
            }
            return all;
        }
        then.accept(batch, stored);
        return stored;
    }

    /** What was written to Consul while PostgreSQL was away may be older than what PostgreSQL knows. */
    private void oweWhatWasWrittenAhead(StoredBatch stored) {
        Set<String> ahead = writeAhead.take(stored.nodeIds());
        if (!ahead.isEmpty()) {
            debt.owe(ahead);
            catalog.apply(ahead);
        }
    }

    private void count(RegistrationBatch batch, StoredBatch stored) {
        stored.introduced().values().forEach(event -> metrics.registration("introduced", event.outcome().wireName()));
        stored.departed().values().forEach(event -> metrics.registration("departed", event.outcome().wireName()));
        metrics.events("heartbeat", "applied", stored.renewed().size());
        metrics.events("heartbeat", "unknown", (long) batch.heartbeats().size() - stored.renewed().size());
    }

    private void countSuperseded(List<? extends NodeEvent> events, RegistrationBatch newest) {
        metrics.events("introduced", "superseded", count(events, Introduced.class) - newest.introductions().size());
        metrics.events("departed", "superseded", count(events, Departed.class) - newest.departures().size());
        metrics.events("heartbeat", "superseded", count(events, Heartbeat.class) - newest.heartbeats().size());
    }

    private static long count(List<? extends NodeEvent> events, Class<? extends NodeEvent> kind) {
        return events.stream().filter(kind::isInstance).count();
    }

    private CatalogOutcome publish(StoredBatch stored) {
        List<String> owed = new ArrayList<>();
        for (Collection<StoredEvent> events : stored.byKind()) {
            events.stream().filter(StoredEvent::owedToCatalog).map(StoredEvent::nodeId).forEach(owed::add);
        }
        return owed.isEmpty() ? CatalogOutcome.NOTHING : catalog.apply(Set.copyOf(owed));
    }

    private RegistrationResult applyOne(OfNode event, Runnable announcement) {
        String nodeId = event.nodeId();
        Stopwatch stopwatch = new Stopwatch(metrics, nodeId);
        RegistrationBatch batch = RegistrationBatch.collapse(List.of(event));
        try {
            StoredBatch stored = store.store(batch);
            count(batch, stored);
            oweWhatWasWrittenAhead(stored);
            StoredEvent row = stored.only();
            if (row.outcome() == Outcome.STALE) {
                return stopwatch.stale();
            }
            CatalogOutcome published = publish(stored);
            boolean inConsul = !row.owedToCatalog() || published.applied().contains(nodeId);
            return stopwatch.stored(row.outcome(), inConsul, published.reasonFor(nodeId));
        } catch (StoreRefusedException e) {
            return stopwatch.failed(false, e.getMessage());
        } catch (StoreUnavailableException e) {
            metrics.postgresUnavailable(1);
            return announceInstead(nodeId, batch, announcement, stopwatch, e);
        }
    }

    /** PostgreSQL is away: Consul takes it now, Kafka keeps it for PostgreSQL. Without Consul nothing is claimed. */
    private RegistrationResult announceInstead(
            String nodeId, RegistrationBatch batch, Runnable announcement, Stopwatch stopwatch,
            StoreUnavailableException outage) {
        CatalogOutcome written = writeAhead.write(batch);
        if (!written.applied().contains(nodeId)) {
            return stopwatch.failed(false, outage.getMessage() + "; "
                    + Objects.requireNonNullElse(written.reasonFor(nodeId), "Consul has a newer event of this node"));
        }
        try {
            announcement.run();
            return stopwatch.announced(outage.getMessage());
        } catch (AnnouncementFailedException e) {
            return stopwatch.failed(true, outage.getMessage() + "; " + e.getMessage());
        }
    }
}
