// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.registration.api.OtherHomes;
import org.nodebridge.registry.registration.api.OtherHomes.Published;
import org.nodebridge.registry.store.RegistrationFilter;
import org.nodebridge.registry.store.RegistrationOrder;
import org.nodebridge.registry.store.RegistrationOrder.Place;
import org.nodebridge.registry.store.RegistrationRowsSql;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** Reads lists of other regions' nodes. Every call is a transaction of its own. Safe from many threads. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class RemoteListRepository {

    private static final RowMapper<Row> ROWS = ConstructorMapper.of(Row.class);

    private static final String IN_ORDER = """
            SELECT p.number - 1
            FROM unnest(CAST(:values AS text[]), CAST(:node_ids AS text[]), CAST(:regions AS text[]))
                WITH ORDINALITY AS p (value, node_id, region, number)
            ORDER BY :value :direction, p.node_id COLLATE "default" :direction, p.region COLLATE "C"
            """;

    @Inject
    @Reads
    private Jdbi jdbi;

    /**
     * A page.
     *
     * @param states how it stands with each region whose nodes are to be listed
     */
    public OtherHomes.Page page(
            Map<String, String> states, RegistrationFilter filter, RegistrationOrder order, Place after, int limit,
            long bytes) {
        List<Row> found = jdbi.withHandle(handle -> new RemoteListSql(List.copyOf(states.keySet()), filter)
                .page(handle, order, after, limit + 1, bytes).map(ROWS).list());
        List<Published> nodes = found.stream().limit(limit).map(row -> row.published(states.get(row.region))).toList();
        return new OtherHomes.Page(nodes, !found.isEmpty() && found.get(0).found > nodes.size());
    }

    public long count(List<String> regions, RegistrationFilter filter) {
        return jdbi.withHandle(
                handle -> new RemoteListSql(regions, filter).count(handle).mapTo(Long.class).one());
    }

    /** The numbers of places, from 0, in their order. */
    public List<Integer> inOrder(RegistrationOrder order, List<Place> places) {
        return jdbi.withHandle(handle -> handle
                .createQuery(IN_ORDER.replace(":value :", order.key().literal("p.value") + " :")
                        .replace(":direction", order.descending() ? "DESC" : "ASC"))
                .bind("values", RegistrationRowsSql.array(places.stream().map(Place::value).toList()))
                .bind("node_ids", RegistrationRowsSql.array(places.stream().map(Place::nodeId).toList()))
                .bind("regions", RegistrationRowsSql.array(places.stream().map(Place::region).toList()))
                .mapTo(Integer.class)
                .list());
    }

    /** @param found how many there would have been by the number alone */
    public record Row(
            String region, String nodeId, String sortKey, long revision, Instant importedAt, Instant unreadableSince,
            String capabilities,
            String endpoints, String metadata, String others, long found) {

        private Published published(String linkState) {
            return new Published(
                    new Place(sortKey, nodeId, region), linkState, revision, importedAt, unreadableSince,
                    capabilities, endpoints, metadata, others);
        }
    }
}
