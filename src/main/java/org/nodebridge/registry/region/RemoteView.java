// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.DiscoveryView.Known;
import org.nodebridge.registry.discovery.MonotonicTime;
import org.nodebridge.registry.discovery.NodeReader;
import org.nodebridge.registry.discovery.NodeTable;
import org.nodebridge.registry.discovery.OtherRegions;
import org.nodebridge.registry.metrics.RegionMetrics;
import org.nodebridge.registry.region.RemoteRowsRepository.ChangedNode;
import org.nodebridge.registry.region.RemoteRowsRepository.RegionRow;
import org.nodebridge.registry.registration.api.OtherHomes;
import org.nodebridge.registry.store.RegistrationFilter;
import org.nodebridge.registry.store.RegistrationOrder;
import org.nodebridge.registry.store.RegistrationOrder.Place;
import org.nodebridge.registry.store.SchemaMigration;

/**
 * The nodes of other regions, in memory of each replica. One thread follows what the leader imports; any thread may
 * read, and no reader waits. While PostgreSQL is unavailable it is as it was.
 */
@ApplicationScoped
public class RemoteView implements OtherRegions, OtherHomes {

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int MOST_CHANGES = 500;

    /** The table keeps nodes that have left for a day; after that a change may have been missed. */
    private static final long READ_AGAIN_MILLIS = Duration.ofHours(12).toMillis();

    @Inject
    private RegistrySettings settings;

    @Inject
    private RemoteRowsRepository repository;

    @Inject
    private RemoteListRepository lists;

    private volatile Map<String, Followed> regions = Map.of();
    private volatile boolean read;

    // of the thread that follows
    private NodeReader reader;

    void start(
            @Observes Startup startup, RecurringTasks tasks, SchemaMigration migration, RegionMetrics metrics) {
        if (settings.regions().others().isEmpty()) {
            return;
        }
        reader = new NodeReader(settings.consul().layout().addressEndpoints());
        for (String region : settings.regions().others()) {
            metrics.region(region, new Measured(region));
        }
        tasks.start("region_view", INTERVAL, migration::done, this::follow);
    }

    private void follow() {
        Map<String, Followed> next = new HashMap<>();
        for (RegionRow row : repository.regions()) {
            if (settings.regions().others().contains(row.region())) {
                next.put(row.region(), followed(row, regions.get(row.region())));
            }
        }
        regions = next;
        read = true;
    }

    private Followed followed(RegionRow row, Followed before) {
        long now = MonotonicTime.now();
        boolean leadsOn = before != null && before.row.linkId().equals(row.linkId())
                && before.seq <= row.lastSeq()
                && now - before.known.confirmedAt() < READ_AGAIN_MILLIS;
        NodeTable table = leadsOn ? before.known.table() : NodeTable.EMPTY;
        long seq = leadsOn ? before.seq : 0;
        while (seq < row.lastSeq()) {
            List<ChangedNode> changed = repository.changedAfter(row.region(), seq, MOST_CHANGES);
            if (changed.isEmpty()) {
                seq = row.lastSeq();
                break;
            }
            SortedMap<String, Optional<DiscoveredNode>> nodes = new TreeMap<>();
            for (ChangedNode each : changed) {
                nodes.put(each.node().nodeId(),
                        each.hasLeft() ? Optional.empty() : Optional.of(reader.read(each.node(), now)));
            }
            table = table.with(nodes);
            seq = changed.get(changed.size() - 1).seq();
        }
        return new Followed(row, seq, new Known(table, now));
    }

    @Override
    public boolean areRead() {
        return read || settings.regions().others().isEmpty();
    }

    @Override
    public List<OtherRegion> inOrder() {
        List<OtherRegion> reachable = new ArrayList<>();
        List<OtherRegion> others = new ArrayList<>();
        for (String name : settings.regions().others()) {
            Followed region = regions.get(name);
            if (region != null) {
                LinkState state = region.state(settings.regions().silence());
                (state == LinkState.UNREACHABLE ? others : reachable)
                        .add(new OtherRegion(name, state.wireName(), region.known));
            }
        }
        reachable.addAll(others);
        return reachable;
    }

    @Override
    public List<String> of(String nodeId) {
        Map<String, Followed> now = regions;
        return settings.regions().others().stream()
                .filter(name -> now.containsKey(name) && now.get(name).known.table().find(nodeId).isPresent())
                .toList();
    }

    @Override
    public Page page(RegistrationFilter filter, RegistrationOrder order, Place after, int limit, long bytes) {
        Map<String, String> states = new TreeMap<>();
        for (RegionRow row : repository.regions()) {
            if (settings.regions().others().contains(row.region())) {
                states.put(row.region(), LinkState.of(row, settings.regions().silence()).wireName());
            }
        }
        return lists.page(states, filter, order, after, limit, bytes);
    }

    @Override
    public long count(RegistrationFilter filter) {
        return lists.count(settings.regions().others(), filter);
    }

    @Override
    public List<Integer> inOrder(RegistrationOrder order, List<Place> places) {
        return lists.inOrder(order, places);
    }

    int size(String region) {
        Followed followed = regions.get(region);
        return followed == null ? 0 : followed.known.table().size();
    }

    private Optional<RegionRow> row(String region) {
        return Optional.ofNullable(regions.get(region)).map(Followed::row);
    }

    /** The link to a region in figures, as it was when this replica last read of it. */
    private final class Measured implements RegionMetrics.Link {

        private final String region;

        Measured(String region) {
            this.region = region;
        }

        private LinkState state() {
            return row(region).map(row -> LinkState.of(row, settings.regions().silence()))
                    .orElse(LinkState.UNREACHABLE);
        }

        @Override
        public int nodes() {
            return size(region);
        }

        @Override
        public boolean reachable() {
            return state() != LinkState.UNREACHABLE;
        }

        @Override
        public boolean behind() {
            return fresh() && state() == LinkState.BEHIND;
        }

        /** Without PostgreSQL nothing is known of the link but how it was. */
        private boolean fresh() {
            Followed followed = regions.get(region);
            return followed != null && MonotonicTime.now() - followed.known.confirmedAt()
                    <= settings.regions().silence().toMillis();
        }

        @Override
        public double silence() {
            return row(region).map(RegionRow::silentFor).orElse(-1.0);
        }

        @Override
        public long lag() {
            return row(region).map(RegionRow::lag).orElse(0L);
        }

        @Override
        public long revisionsBehind() {
            return row(region).map(row -> LinkState.revisionsBehind(row, settings.regions().silence()).orElse(-1))
                    .orElse(-1L);
        }

        @Override
        public long passedOver() {
            return row(region).map(row -> row.unreadable() + row.refused()).orElse(0L);
        }
    }

    /** @param seq up to which the table has the changes */
    private record Followed(RegionRow row, long seq, Known known) {

        LinkState state(Duration silence) {
            LinkState state = LinkState.of(row, silence);
            return state == LinkState.CONNECTED && known.ageMillis() > silence.toMillis() ? LinkState.BEHIND : state;
        }
    }
}
