// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogChange.Deregister;
import org.nodebridge.registry.catalog.CatalogChange.Register;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.concurrent.DedicatedThreads;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.health.ComponentDefects;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.CatalogQueue.Entry;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.StoredEvent;
import org.nodebridge.registry.store.StoredEvents;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.nodebridge.registry.store.jdbc.InstallationKnown;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what PostgreSQL holds to Consul and notes in PostgreSQL what Consul said. All that this replica writes to
 * Consul waits in one queue, so that the transactions are full when there is much to write, and no older state of a
 * node overtakes a newer one. Not to be called in a transaction. Safe for many threads.
 */
@ApplicationScoped
public class ConsulPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(ConsulPublisher.class);

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    private ManagedThreadFactory threadFactory;

    private final RegistrySettings settings;
    private final ServiceCatalog catalog;
    private final PendingWrites pending;
    private final ToolRegistrationRepository registrations;
    private final RegistryMetrics metrics;
    private final ComponentDefects defects;

    private ExecutorService threads;
    private CatalogQueue queue;

    @Inject
    ConsulPublisher(
            RegistrySettings settings, ServiceCatalog catalog, PendingWrites pending,
            ToolRegistrationRepository registrations, RegistryMetrics metrics, ComponentDefects defects) {
        this.settings = settings;
        this.catalog = catalog;
        this.pending = pending;
        this.registrations = registrations;
        this.metrics = metrics;
        this.defects = defects;
    }

    /** For the proxy only. */
    ConsulPublisher() {
        this(null, null, null, null, null, null);
    }

    @PostConstruct
    void open() {
        open(threadFactory);
    }

    void open(ThreadFactory factory) {
        int transactions = catalog.transactionsAtOnce();
        threads = DedicatedThreads.of(factory, transactions + 1);
        queue = new CatalogQueue(
                settings.buffers().consulQueueBytes(), this::write, catalog::transactionSize, transactions, this::note,
                threads);
    }

    /** Before the first row can be read, so that every entry carries the identity. */
    void installation(@Observes InstallationKnown known) {
        catalog.installation(known.id());
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }

    /**
     * Has written what PostgreSQL has just stored, as far as it changes something in Consul, and waits only while too
     * many others wait.
     *
     * @param unknown nodes of which Consul may have another state than PostgreSQL knows, because they were written
     *     while it was unavailable: their rows count, not the events
     * @return completes when it is known and noted what became of it; never exceptionally
     */
    CompletionStage<CatalogOutcome> publish(StoredEvents stored, Set<String> unknown) {
        if (!unknown.isEmpty()) {
            pending.markPending(unknown);
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        Set<String> unread = new HashSet<>(unknown);
        for (Introduced event : stored.taken().introductions()) {
            StoredEvent row = stored.stored().introduced().get(event.nodeId());
            if (row.pendingForCatalog() && (row.outcome() == Outcome.UNCHANGED || row.cordoned())) {
                unread.add(event.nodeId()); // the row is of an earlier event that said the same, or says more
            } else if (row.pendingForCatalog()) {
                entries.put(event.nodeId(), entry(event, row));
            }
        }
        stored.stored().departed().values().stream().filter(StoredEvent::pendingForCatalog).forEach(
                row -> entries.put(row.nodeId(), new Entry(new Deregister(row.nodeId()), row.revision())));
        stored.stored().renewed().values().stream().filter(StoredEvent::pendingForCatalog).forEach(
                row -> unread.add(row.nodeId()));
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
            notRead = unreadable(unread, e);
        }
        return all.isEmpty()
                ? CompletableFuture.completedFuture(notRead)
                : putRows(all).thenApply(notRead::and);
    }

    private static CatalogOutcome unreadable(Collection<String> nodeIds, StoreException why) {
        LOG.atWarn().addKeyValue("reason", why.getMessage()).log("Rows with pending Consul writes cannot be read now");
        return new CatalogOutcome(Set.of(), Map.of(), Set.copyOf(nodeIds), why.getMessage());
    }

    /** What the row says now, without reading it: what the event said, and the check that came out of it. */
    private static Entry entry(Introduced event, StoredEvent row) {
        EventVersion version =
                new EventVersion(row.epoch(), event.version().eventTime(), event.version().eventId());
        return new Entry(
                new Register(
                        event.node(), version, CheckStatus.ofWireName(row.checkStatus()).orElseThrow(),
                        row.checkStands(), null, ServiceWeights.ofStep(row.weightStep())),
                row.revision());
    }

    /**
     * Applies the rows of these nodes, as they are when they are read now, and waits for Consul.
     *
     * @return what Consul said; all unavailable when PostgreSQL could not be asked for the rows
     */
    public CatalogOutcome apply(Collection<String> nodeIds) {
        try {
            return written(registrations.findAll(nodeIds, RowWrite::of));
        } catch (StoreException e) {
            return unreadable(nodeIds, e);
        }
    }

    /** Applies these rows, and waits until what Consul confirmed and what it refused is noted. */
    public CatalogOutcome applyRows(List<ToolRegistration> rows) {
        return written(rows.stream().map(RowWrite::of).toList());
    }

    private CatalogOutcome written(List<RowWrite> rows) {
        return CatalogWait.outcome(putRows(rows), rows.stream().map(RowWrite::nodeId).toList());
    }

    /** Has rows written as {@link #put} has entries; one that cannot be is refused, and does not hold up the others. */
    private CompletionStage<CatalogOutcome> putRows(List<RowWrite> rows) {
        Map<String, String> refused = new HashMap<>();
        Map<String, Long> revisions = new HashMap<>();
        List<Entry> entries = new ArrayList<>(rows.size());
        for (RowWrite row : rows) {
            if (row.entry() == null) {
                refused.put(row.nodeId(), row.problem());
                revisions.put(row.nodeId(), row.revision());
            } else {
                entries.add(row.entry());
            }
        }
        if (refused.isEmpty()) {
            return put(entries);
        }
        metrics.consulWrites(0, refused.size(), 0);
        note(Map.of(), refused, revisions);
        CatalogOutcome unusable = new CatalogOutcome(Set.of(), refused, Set.of(), null);
        return entries.isEmpty()
                ? CompletableFuture.completedFuture(unusable)
                : put(entries).thenApply(unusable::and);
    }

    /**
     * Has entries written, and waits only while too many others wait.
     *
     * @return completes when it is known and noted what became of them
     */
    CompletionStage<CatalogOutcome> put(Collection<Entry> entries) {
        return queue.put(entries);
    }

    /** Whether nothing is being written, or still to be. */
    public boolean idle() {
        return queue.idle();
    }

    private CatalogOutcome write(List<CatalogChange> changes) {
        CatalogOutcome outcome = writtenToConsul(changes);
        metrics.consulWrites(outcome.applied().size(), outcome.refused().size(), outcome.unavailable().size());
        return outcome;
    }

    private CatalogOutcome writtenToConsul(List<CatalogChange> changes) {
        try {
            return catalog.write(changes);
        } catch (RuntimeException | Error e) { // an error too: the queue would wait for this transaction for ever
            defects.report("consul", "writing failed: " + e.getClass().getName(), e);
            Set<String> nodeIds = changes.stream().map(CatalogChange::nodeId).collect(Collectors.toSet());
            return new CatalogOutcome(Set.of(), Map.of(), nodeIds, e.toString());
        }
    }

    private void note(Map<String, Long> confirmed, Map<String, String> refused, Map<String, Long> revisions) {
        try {
            pending.confirm(confirmed);
            pending.refuse(refused, revisions);
        } catch (StoreException e) {
            LOG.atWarn().addKeyValue("nodes", confirmed.size()).addKeyValue("reason", e.getMessage())
                    .log("Consul has confirmed nodes that PostgreSQL cannot note; they will be written again");
        }
        refused.forEach((nodeId, reason) -> LOG.atWarn().addKeyValue("node", nodeId)
                .addKeyValue("reason", reason).log("Consul refuses a node"));
    }

    /** What is to become true in Consul, by the row. */
    public static CatalogChange change(ToolRegistration row) {
        if (!row.status().discoverable()) {
            return new CatalogChange.Deregister(row.nodeId());
        }
        Register change = row.cordon()
                .map(cordon -> Register.cordoned(row.description(), row.contentVersion(), cordon.reason()))
                .orElseGet(() -> new Register(
                        row.description(), row.contentVersion(),
                        CheckStatus.valueOf(row.checkStatus().toUpperCase(Locale.ROOT))));
        return change.with(ServiceWeights.ofStep(row.weightStep()));
    }
}
