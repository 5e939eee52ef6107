// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nodebridge.registry.catalog.CatalogChange.Deregister;
import org.nodebridge.registry.catalog.CatalogChange.Register;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.CatalogQueue.Entry;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.PendingWritesRepository;
import org.nodebridge.registry.store.RegistrationBatch;
import org.nodebridge.registry.store.RegistrationBatchRepository;
import org.nodebridge.registry.store.StoredBatch;
import org.nodebridge.registry.store.StoredEvent;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a batch to PostgreSQL, row by bad row where it refuses some, and hands to Consul's line what it is owed then.
 * Not to be called in a transaction. Safe for many threads.
 */
@ApplicationScoped
class BatchWriter {

    private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

    private static final CompletionStage<CatalogOutcome> NOTHING_TO_PUBLISH =
            CompletableFuture.completedFuture(CatalogOutcome.NOTHING);

    @Inject
    private RegistrationBatchRepository store;

    @Inject
    private PendingWritesRepository debt;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private ConsulPublisher catalog;

    @Inject
    private OutagePublisher writeAhead;

    @Inject
    private RegistryMetrics metrics;

    /**
     * Applies events to both stores; returns when PostgreSQL has them.
     *
     * @throws StoreUnavailableException when PostgreSQL is away; some of the batch may be committed
     */
    BatchResult storeAndPublish(List<? extends NodeEvent> events) {
        RegistrationBatch batch = RegistrationBatch.collapse(events);
        BatchResult result = takeAll(batch, events, this::publish);
        countSuperseded(events, batch);
        return result;
    }

    /**
     * Brings events to PostgreSQL alone, and counts none of them.
     *
     * @throws StoreUnavailableException when PostgreSQL is away; some of the batch may be committed
     */
    BatchResult store(List<? extends NodeEvent> events) {
        return takeAll(RegistrationBatch.collapse(events), events, (part, stored) -> NOTHING_TO_PUBLISH);
    }

    /** Whether nothing is being written to Consul, or still to be. */
    boolean idle() {
        return catalog.idle();
    }

    private BatchResult takeAll(RegistrationBatch batch, List<? extends NodeEvent> events, Then then) {
        IdentityHashMap<OfNode, String> refused = new IdentityHashMap<>();
        Taken taken = Taken.NOTHING;
        List<OfNode> left = List.of();
        for (RegistrationBatch next = batch; !next.isEmpty(); next = RegistrationBatch.collapse(left)) {
            IdentityHashMap<OfNode, String> now = new IdentityHashMap<>();
            taken = taken.and(take(next, now, then));
            if (now.isEmpty()) {
                break;
            }
            Set<OfNode> known = Collections.newSetFromMap(new IdentityHashMap<>());
            known.addAll(refused.keySet());
            now.forEach((event, reason) -> refused.put(given(event, events), reason));
            // an older event of the same node, which the refused one had superseded, may be good
            left = others(refused.keySet(), known, events);
        }
        return BatchResult.done(refused, taken.stored, taken.published);
    }

    /** The event as it was given: a departure may have got its type from another one. */
    private static OfNode given(OfNode event, List<? extends NodeEvent> events) {
        OfNode same = null;
        for (NodeEvent candidate : events) {
            if (candidate == event) {
                return event;
            }
            if (event instanceof Departed departed
                    && candidate instanceof Departed other
                    && departed.equals(other.withType(departed.type()))) {
                same = other;
            }
        }
        return same == null ? event : same;
    }

    /** What is left of the nodes of which something has been refused just now. */
    private static List<OfNode> others(Set<OfNode> refused, Set<OfNode> before, List<? extends NodeEvent> events) {
        Set<String> nodes = refused.stream()
                .filter(event -> !before.contains(event))
                .map(OfNode::nodeId)
                .collect(Collectors.toSet());
        return events.stream()
                .filter(OfNode.class::isInstance)
                .map(OfNode.class::cast)
                .filter(event -> nodes.contains(event.nodeId()) && !refused.contains(event))
                .toList();
    }

    /** Splits a batch that PostgreSQL refuses until the row at fault stands alone. */
    private Taken take(RegistrationBatch batch, Map<OfNode, String> refused, Then then) {
        if (batch.isEmpty()) {
            return Taken.NOTHING;
        }
        StoredBatch stored;
        try {
            stored = TracedWrites.toPostgres(batch, () -> store.store(batch));
        } catch (StoreRefusedException e) {
            if (batch.size() == 1) {
                refused.put(batch.events().get(0), e.getMessage());
                return Taken.NOTHING;
            }
            Taken all = Taken.NOTHING;
            for (RegistrationBatch half : batch.halves()) {
                all = all.and(take(half, refused, then));
            }
            return all;
        }
        return new Taken(stored, then.apply(batch, stored));
    }

    private CompletionStage<CatalogOutcome> publish(RegistrationBatch batch, StoredBatch stored) {
        count(batch, stored);
        Set<String> ahead = writeAhead.take(stored.nodeIds());
        if (!ahead.isEmpty()) {
            debt.owe(ahead); // what was written while PostgreSQL was away may be older than what PostgreSQL knows
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        Set<String> unread = new HashSet<>(ahead);
        for (Introduced event : batch.introductions()) {
            StoredEvent row = stored.introduced().get(event.nodeId());
            if (row.owedToCatalog() && row.outcome() == Outcome.UNCHANGED) {
                unread.add(event.nodeId()); // the row is of an earlier event that said the same
            } else if (row.owedToCatalog()) {
                entries.put(event.nodeId(), entry(event, row));
            }
        }
        owed(stored.departed().values())
                .forEach(row -> entries.put(row.nodeId(), new Entry(new Deregister(row.nodeId()), row.revision())));
        owed(stored.renewed().values()).forEach(row -> unread.add(row.nodeId()));
        entries.keySet().removeAll(unread);
        return publish(entries.values(), unread);
    }

    private CompletionStage<CatalogOutcome> publish(Collection<Entry> entries, Set<String> unread) {
        List<RowWrite> all = new ArrayList<>();
        entries.forEach(entry -> all.add(RowWrite.of(entry)));
        CatalogOutcome notRead = CatalogOutcome.NOTHING;
        try {
            all.addAll(registrations.findAll(unread, RowWrite::of));
        } catch (StoreException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage())
                    .log("Rows with pending Consul writes cannot be read now");
            notRead = new CatalogOutcome(Set.of(), Map.of(), unread, e.getMessage());
        }
        return all.isEmpty()
                ? CompletableFuture.completedFuture(notRead)
                : catalog.putRows(all).thenApply(notRead::and);
    }

    /** What the row says now, without reading it: what the event said, and the check that came out of it. */
    private static Entry entry(Introduced event, StoredEvent row) {
        EventVersion version =
                new EventVersion(row.epoch(), event.version().eventTime(), event.version().eventId());
        return new Entry(
                new Register(
                        event.node(), version, CheckStatus.ofWireName(row.checkStatus()).orElseThrow(),
                        row.checkStands()),
                row.revision());
    }

    private static Stream<StoredEvent> owed(Collection<StoredEvent> rows) {
        return rows.stream().filter(StoredEvent::owedToCatalog);
    }

    private void count(RegistrationBatch batch, StoredBatch stored) {
        metrics.registrations("introduced", outcomes(stored.introduced()));
        metrics.registrations("departed", outcomes(stored.departed()));
        metrics.events("heartbeat", "applied", stored.renewed().size());
        metrics.events("heartbeat", "unknown", (long) batch.heartbeats().size() - stored.renewed().size());
    }

    private static Map<String, Long> outcomes(Map<String, StoredEvent> rows) {
        return rows.values().stream()
                .collect(Collectors.groupingBy(row -> row.outcome().wireName(), Collectors.counting()));
    }

    private void countSuperseded(List<? extends NodeEvent> events, RegistrationBatch newest) {
        metrics.events("introduced", "superseded", count(events, Introduced.class) - newest.introductions().size());
        metrics.events("departed", "superseded", count(events, Departed.class) - newest.departures().size());
        metrics.events("heartbeat", "superseded", count(events, Heartbeat.class) - newest.heartbeats().size());
    }

    private static long count(List<? extends NodeEvent> events, Class<? extends NodeEvent> kind) {
        return events.stream().filter(kind::isInstance).count();
    }

    @FunctionalInterface
    private interface Then {
        CompletionStage<CatalogOutcome> apply(RegistrationBatch part, StoredBatch stored);
    }

    /** What PostgreSQL has taken so far. */
    private record Taken(StoredBatch stored, CompletionStage<CatalogOutcome> published) {

        private static final Taken NOTHING = new Taken(StoredBatch.NOTHING, NOTHING_TO_PUBLISH);

        private Taken and(Taken next) {
            return new Taken(stored.then(next.stored), published.thenCombine(next.published, CatalogOutcome::and));
        }
    }
}
