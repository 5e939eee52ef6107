// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nodebridge.registry.changes.RemoteChanges;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.region.RemoteRowsRepository.RegionRow;
import org.nodebridge.registry.region.RemoteRowsRepository.Streamed;
import org.nodebridge.registry.registration.api.OtherHomes.Published;
import org.nodebridge.registry.store.RegistrationOrder.Place;

/** The nodes of other regions for those who watch. Safe from many threads. */
@ApplicationScoped
class RemoteStream implements RemoteChanges {

    /** So many digits of a link's id are unlikely to come again, and a client need not send all of them back. */
    private static final int LINK_ID_LENGTH = 8;

    private final RemoteRowsRepository repository;
    private final RegistrySettings settings;

    @Inject
    RemoteStream(RemoteRowsRepository repository, RegistrySettings settings) {
        this.repository = repository;
        this.settings = settings;
    }

    RemoteStream() {
        this(null, null); // for the client proxy
    }

    @Override
    public List<RemoteRegion> regions() {
        List<String> configured = settings.regions().others();
        if (configured.isEmpty()) {
            return List.of();
        }
        Map<String, RegionRow> rows = repository.regions().stream()
                .collect(Collectors.toMap(RegionRow::region, Function.identity()));
        List<RemoteRegion> regions = new ArrayList<>();
        for (String name : configured) {
            RegionRow row = rows.get(name);
            regions.add(row == null
                    ? new RemoteRegion(name, "", LinkState.UNREACHABLE.wireName(), 0, 0)
                    : new RemoteRegion(
                            name, row.linkId().toString().substring(0, LINK_ID_LENGTH),
                            LinkState.of(row, settings.regions().silence()).wireName(), row.lastSeq(),
                            row.prunedSeq()));
        }
        return regions;
    }

    @Override
    public Page changed(String region, String linkId, long after, long livingUpTo, int limit, long bytes) {
        return page(region, repository.changes(region, linkId, after, livingUpTo, limit, bytes), limit);
    }

    @Override
    public Page living(String region, String linkId, String after, int limit, long bytes) {
        return page(region, repository.nodes(region, linkId, after == null ? "" : after, limit, bytes), limit);
    }

    private static Page page(String region, List<Streamed> rows, int limit) {
        boolean more = !rows.isEmpty() && (rows.get(0).found() > rows.size() || rows.size() == limit);
        return new Page(rows.stream().map(row -> node(region, row)).toList(), more);
    }

    private static RemoteNode node(String region, Streamed row) {
        Published published = row.hasLeft()
                ? null
                : new Published(
                        new Place(null, row.nodeId(), region), null, row.revision(), row.importedAt(),
                        row.unreadableSince(), row.capabilities(), row.endpoints(), row.metadata(), row.others());
        return new RemoteNode(row.nodeId(), row.seq(), row.hasLeft() ? null : row.nodeType(), published);
    }
}
