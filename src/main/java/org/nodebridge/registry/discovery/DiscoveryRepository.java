// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.store.RegistrationRowsSql;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** Reads what the view is made of. Every call is a transaction that sees PostgreSQL at one moment. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class DiscoveryRepository {

    private static final String ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    private static final RowMapper<State> STATES = ConstructorMapper.of(State.class);
    private static final RowMapper<Changed> CHANGES = ConstructorMapper.of(Changed.class);
    private static final RowMapper<NodeRow> ROWS = ConstructorMapper.of(NodeRow.class);
    private static final RowMapper<LoadRow> LOADS = ConstructorMapper.of(LoadRow.class);

    @Inject
    @Reads
    private Jdbi jdbi;

    /** Where the history is now. */
    public State state() {
        return jdbi.withHandle(handle -> handle.createQuery(DiscoverySql.STATE).map(STATES).one());
    }

    /** Nodes that have not left, in the order of PostgreSQL; fewer than the limit at the end. */
    public List<NodeRow> nodes(String after, int limit) {
        return jdbi.withHandle(handle -> after == null
                ? handle.createQuery(DiscoverySql.FIRST).bind("limit", limit).map(ROWS).list()
                : handle.createQuery(DiscoverySql.NEXT).bind("after", after).bind("limit", limit).map(ROWS).list());
    }

    /** The next changes, and the rows of their nodes as they were at one later moment, but for those that have left. */
    public Changes changesAfter(long revision, int limit) {
        return jdbi.withHandle(handle -> {
            handle.execute(ONE_MOMENT);
            List<Changed> changed = handle.createQuery(DiscoverySql.CHANGED)
                    .bind("after", revision).bind("limit", limit).map(CHANGES).list();
            return new Changes(
                    changed, rows(handle, changed.stream().map(Changed::nodeId).collect(Collectors.toSet())));
        });
    }

    /** Of these nodes those that have not left, in no order. */
    public List<NodeRow> nodes(Set<String> ids) {
        return jdbi.withHandle(handle -> rows(handle, ids));
    }

    private static List<NodeRow> rows(Handle handle, Set<String> ids) {
        return ids.isEmpty()
                ? List.of()
                : handle.createQuery(DiscoverySql.OF_NODES)
                        .bind("ids", RegistrationRowsSql.array(ids)).map(ROWS).list();
    }

    /**
     * Figures of heartbeats that came within that time.
     *
     * @param seconds how long ago at most
     */
    public List<LoadRow> loads(double seconds, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(DiscoverySql.LOADS)
                .bind("newer_than", seconds).bind("limit", limit).map(LOADS).list());
    }

    /**
     * @param revision the last of the history
     * @param historyId which history it is; {@code null} when that is not noted
     */
    public record State(long revision, UUID historyId) {}

    /** One change of the history. */
    public record Changed(long revision, String nodeId) {}

    /** Changes in order, and rows of their nodes in none. */
    public record Changes(List<Changed> changed, List<NodeRow> rows) {}
}
