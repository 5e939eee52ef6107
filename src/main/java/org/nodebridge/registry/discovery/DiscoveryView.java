// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.DiscoverySettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.discovery.DiscoveryRepository.Changed;
import org.nodebridge.registry.discovery.DiscoveryRepository.Changes;
import org.nodebridge.registry.discovery.DiscoveryRepository.State;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.SchemaMigration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All nodes that have not left, in memory. One thread follows the history and another reads figures; any thread may
 * read, and no reader waits.
 */
@ApplicationScoped
public class DiscoveryView {

    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryView.class);

    private static final Duration FOLLOW_INTERVAL = Duration.ofMillis(500);
    private static final Duration LOAD_INTERVAL = Duration.ofSeconds(2);
    private static final long ASKED_WITHIN_MILLIS = 60_000;
    static final int PAGE_ROWS = 500;
    private static final int MAX_CHANGES = 500;

    /** Figures are of no use later than that, and so are not read. */
    private static final double OLDEST_LOAD_SECONDS = 180;

    /** A heartbeat is in the table some time after it came: those of so long before the last read are read again. */
    private static final double OVERLAP_SECONDS = 15;
    private static final long ALL_LOADS_EACH_MILLIS = 60_000;

    /** For one node on the average, as if it shared nothing with others. */
    private static final long BYTES_A_NODE = 2_000;
    private static final long TRY_AGAIN_AFTER_MILLIS = 60_000;

    private final DiscoveryRepository repository;
    private final NodeReader reader;
    private final int maxNodes;
    private final Duration staleFor;
    private final LongSupplier clock;
    private final long startedAt;

    private volatile Known known;
    private volatile int refused;
    private volatile long historySince;
    private volatile long askedAt;

    // of the thread that follows
    private UUID historyId;
    private long revision;
    private long loadedAt;
    private final NodeComparison comparison = new NodeComparison();

    // of the thread that reads figures
    private long loadsAt;
    private long allLoadsAt;

    @Inject
    public DiscoveryView(DiscoveryRepository repository, RegistrySettings settings) {
        this(repository, settings.discovery(), settings.consul().layout().addressEndpoints(), MonotonicTime::now);
    }

    DiscoveryView(
            DiscoveryRepository repository, DiscoverySettings settings, List<String> addressEndpoints,
            LongSupplier clock) {
        this.repository = repository;
        this.maxNodes = settings.maxNodes();
        this.staleFor = settings.staleFor();
        this.reader = new NodeReader(addressEndpoints);
        this.clock = clock;
        this.startedAt = clock.getAsLong();
        this.historySince = startedAt;
        this.askedAt = startedAt - ASKED_WITHIN_MILLIS - 1;
        this.loadsAt = startedAt - (long) (OLDEST_LOAD_SECONDS * 1000);
        this.allLoadsAt = loadsAt;
    }

    DiscoveryView() {
        this(null, new DiscoverySettings(0, Duration.ZERO), List.of(), () -> 0); // for the client proxy
    }

    void start(
            @Observes Startup startup, RecurringTasks tasks, SchemaMigration migration, RegistryMetrics metrics) {
        metrics.discoveryNodes(this::size, () -> refused);
        metrics.discoveryAge(() -> ageMillis() / 1000.0);
        tasks.start("discovery", FOLLOW_INTERVAL, migration::done, this::follow);
        tasks.start("discovery_loads", LOAD_INTERVAL, this::needsLoads, this::readLoads);
    }

    /**
     * What is known now.
     *
     * @throws ViewUnavailableException before all nodes have been read once, and when that is too long ago
     */
    public Known current() {
        Known now = known;
        if (now == null) {
            throw new ViewUnavailableException("not all nodes have been read yet since this replica started");
        }
        long age = clock.getAsLong() - now.confirmedAt();
        if (age > staleFor.toMillis()) {
            throw new ViewUnavailableException("what this replica knows of the nodes is " + age / 1000
                    + " s old, and may be " + staleFor.toSeconds() + " s old (registry.route.stale-for)");
        }
        return now;
    }

    /**
     * The same where every node counts.
     *
     * @throws ViewUnavailableException also when nodes have been left out for want of room
     */
    public Known complete() {
        Known now = current();
        if (refused > 0) {
            throw new ViewUnavailableException("there are more nodes than this replica keeps in memory"
                    + " (registry.discovery.max-nodes)");
        }
        return now;
    }

    /** What is known now or was known last, however old; empty before all nodes have been read once. */
    public Optional<Known> lastKnown() {
        return Optional.ofNullable(known);
    }

    /** Has figures read for the next minute. */
    public void askForLoads() {
        askedAt = clock.getAsLong();
    }

    /** How long ago the view was last known to be complete; since the start where it never was. */
    public long ageMillis() {
        Known now = known;
        return clock.getAsLong() - (now == null ? startedAt : now.confirmedAt());
    }

    /** How many nodes it has no room for, as far as is known. */
    public int refused() {
        return refused;
    }

    /**
     * For how long the view has followed this history: since the database was created again or restored, or most of its
     * nodes went without a trace in the history, as far as the view noticed; since the last node of all left; or since
     * the start.
     */
    public Duration historyFollowedFor() {
        return Duration.ofMillis(clock.getAsLong() - historySince);
    }

    int size() {
        Known now = known;
        return now == null ? 0 : now.table().size();
    }

    /**
     * Reads what has changed, or all nodes where changes do not lead on from what is known; and when it is time, a page
     * of what the history may not tell.
     */
    void follow() {
        long begunAt = clock.getAsLong();
        State state = repository.state();
        boolean roomAgain = refused > 0 && begunAt - loadedAt > TRY_AGAIN_AFTER_MILLIS;
        if (known == null || !Objects.equals(state.historyId(), historyId) || state.revision() < revision
                || roomAgain) {
            load(state);
        }
        while (revision < state.revision()) {
            long readAt = clock.getAsLong();
            Changes next = repository.changesAfter(revision, MAX_CHANGES);
            List<Changed> changed = next.changed();
            if (changed.isEmpty() || changed.get(0).revision() != revision + 1) {
                LOG.atWarn().addKeyValue("revision", revision)
                        .log("The history does not lead on; the discovery view reads all nodes again");
                load(state);
                break;
            }
            apply(changed.stream().map(Changed::nodeId).collect(Collectors.toSet()), next.rows(), readAt);
            revision = changed.get(changed.size() - 1).revision();
        }
        confirm(begunAt);
        if (refused == 0) { // else all is read again before long
            compare();
        }
    }

    /** A page at a time, so that changes of the history do not wait for it. */
    private void compare() {
        long readAt = clock.getAsLong();
        Set<String> different = comparison.next(repository, reader, known.table(), readAt);
        if (comparison.lostMost(known.table())) {
            historySince = readAt; // before the first of them is gone for readers
        }
        if (!different.isEmpty()) {
            apply(different, repository.nodes(different), readAt);
        }
    }

    /** What was known is served until all is read; for that time there are two of it. */
    private void load(State state) {
        long begunAt = clock.getAsLong();
        List<DiscoveredNode> nodes = new ArrayList<>();
        long bytes = 0;
        int tooMany = 0;
        String after = null;
        List<NodeRow> page;
        do {
            long readAt = clock.getAsLong();
            page = repository.nodes(after, PAGE_ROWS);
            for (NodeRow row : page) {
                DiscoveredNode node = dated(reader.read(row, readAt));
                if (fits(nodes.size(), bytes + node.bytes())) {
                    nodes.add(node);
                    bytes += node.bytes();
                } else {
                    tooMany++;
                }
                after = row.nodeId();
            }
        } while (page.size() == PAGE_ROWS && tooMany <= maxNodes);
        if (!Objects.equals(state.historyId(), historyId) || state.revision() < revision) {
            historySince = begunAt; // before any reader has nodes of it
        }
        historyId = state.historyId();
        revision = state.revision();
        loadedAt = begunAt;
        comparison.restart(begunAt);
        refuse(tooMany);
        replace(NodeTable.of(nodes), begunAt);
    }

    /** @param readAt when the rows were read; a node without a row has left */
    private void apply(Set<String> ids, List<NodeRow> rows, long readAt) {
        NodeTable table = known.table();
        SortedMap<String, Optional<DiscoveredNode>> changed = new TreeMap<>();
        ids.forEach(id -> changed.put(id, Optional.empty()));
        int tooMany = refused;
        int size = table.size();
        long bytes = table.bytes();
        for (String id : changed.keySet()) {
            Optional<DiscoveredNode> before = table.find(id);
            size -= before.isPresent() ? 1 : 0;
            bytes -= before.map(DiscoveredNode::bytes).orElse(0L);
        }
        for (NodeRow row : rows) {
            DiscoveredNode node = dated(reader.read(row, readAt));
            Optional<DiscoveredNode> before = table.find(row.nodeId());
            if (!fits(size, bytes + node.bytes())) {
                tooMany++;
                continue;
            }
            size++;
            bytes += node.bytes();
            boolean couldBeCalled = before.isPresent() && before.get().leftOut() == null;
            changed.put(row.nodeId(), Optional.of(
                    node.callableSince(couldBeCalled ? before.get().callableSince() : readAt)));
        }
        refuse(tooMany);
        synchronized (this) {
            replace(known.table().with(changed), known.confirmedAt());
        }
    }

    /** A heartbeat that is known keeps its date, so that it does not count as another one. */
    private DiscoveredNode dated(DiscoveredNode node) {
        Known before = known;
        return before == null
                ? node
                : before.table().find(node.nodeId()).filter(node::sameHeartbeat)
                        .map(same -> node.withLoad(node.activeOperations(), node.cpuPercent(), same.heartbeatAt()))
                        .orElse(node);
    }

    private boolean fits(int nodes, long bytes) {
        return nodes < maxNodes && bytes <= maxNodes * BYTES_A_NODE;
    }

    private void refuse(int nodes) {
        if (nodes > 0 && refused == 0) {
            LOG.atWarn().addKeyValue("maxNodes", maxNodes).addKeyValue("refused", nodes)
                    .log("The discovery view is full: nodes are left out of it");
        }
        refused = nodes;
    }

    /** Whether somebody has asked for figures lately, and there are nodes to have them. */
    boolean needsLoads() {
        return known != null && clock.getAsLong() - askedAt <= ASKED_WITHIN_MILLIS;
    }

    /** Reads the figures of the heartbeats since the last time, and now and then of all. */
    void readLoads() {
        long now = clock.getAsLong();
        boolean all = now - allLoadsAt >= ALL_LOADS_EACH_MILLIS;
        double seconds = all ? OLDEST_LOAD_SECONDS : (now - loadsAt) / 1000.0 + OVERLAP_SECONDS;
        List<LoadRow> rows = repository.loads(Math.min(seconds, OLDEST_LOAD_SECONDS), maxNodes);
        loadsAt = now;
        allLoadsAt = all ? now : allLoadsAt;
        synchronized (this) {
            SortedMap<String, Optional<DiscoveredNode>> changed = new TreeMap<>();
            for (LoadRow row : rows) {
                long at = now - (long) (row.heartbeatFor() * 1000);
                known.table().find(row.nodeId())
                        .filter(node -> at > node.heartbeatAt() + 50) // else it is the same one, read at another time
                        .ifPresent(node -> changed.put(row.nodeId(), Optional.of(node.withLoad(
                                NodeReader.operations(row.activeOperations()), NodeReader.cpu(row.cpuPercent()),
                                at))));
            }
            if (!changed.isEmpty()) {
                replace(known.table().with(changed), known.confirmedAt());
            }
        }
    }

    private synchronized void confirm(long at) {
        known = new Known(known.table(), at, revision);
    }

    private synchronized void replace(NodeTable table, long confirmedAt) {
        if (known != null && known.table().size() > 0 && table.size() == 0) {
            historySince = clock.getAsLong(); // before any reader has none
        }
        known = new Known(table, confirmedAt, known == null ? 0 : known.revision());
    }

    /**
     * What the view knew at a moment.
     *
     * @param confirmedAt when it was complete, by {@link MonotonicTime}
     * @param revision of the history, all changes up to which are in it; it may have later ones too
     */
    public record Known(NodeTable table, long confirmedAt, long revision) {

        /** At no revision. */
        public Known(NodeTable table, long confirmedAt) {
            this(table, confirmedAt, 0);
        }

        /** How old it is, in milliseconds. */
        public long ageMillis() {
            return MonotonicTime.now() - confirmedAt;
        }

        /** When it was complete, by this replica's clock. */
        public Instant asOf() {
            return Instant.now().minusMillis(ageMillis()).truncatedTo(ChronoUnit.MILLIS);
        }
    }
}
