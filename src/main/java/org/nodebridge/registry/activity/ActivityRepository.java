// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.activity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** Reads the history of all nodes, newest first. Safe from many threads; every call is a transaction of its own. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ActivityRepository {

    /** How many changes one answer looks through: a filter may fit none of millions. */
    static final int SEARCHED = 20_000;

    /** By rows: revisions have gaps, of a million after a failover of PostgreSQL. */
    private static final String BOUNDS = """
            SELECT (SELECT COALESCE(min(revision), 0) FROM registration_history) AS oldest,
                   COALESCE(min(s.revision), 0) AS start
            FROM (SELECT revision FROM registration_history WHERE revision < :before
                  ORDER BY revision DESC LIMIT :searched) AS s
            """;

    private static final String NEWEST_FIRST = """
            SELECT w.*
            FROM (SELECT f.*, count(*) OVER () AS rows_found, row_number() OVER newest AS place,
                         sum(1000 + COALESCE(octet_length(f.reason), 0) + COALESCE(octet_length(f.actor), 0))
                             OVER newest AS bytes_through
                  FROM (SELECT h.revision, h.tool_id AS node_id, h.node_type, h.change, left(h.reason, 1000) AS reason,
                               h.status, h.check_status AS health, h.actor, h.correlation_id, h.changed_at
                        FROM registration_history AS h
                        WHERE h.revision < :before AND h.revision >= :from
                          AND (:any_change OR h.change = ANY (:changes::text[]))
                          AND (:actor = '' OR starts_with(h.actor, :actor))
                        ORDER BY h.revision DESC
                        LIMIT :limit) AS f
                  WINDOW newest AS (ORDER BY f.revision DESC)) AS w
            WHERE w.place < :limit AND (w.bytes_through <= :bytes OR w.place = 1)
            ORDER BY w.place
            """;

    @Inject
    @Reads
    private Jdbi jdbi;

    /**
     * The changes that fit, newest first: as many as the limit at most, of those that were looked through.
     *
     * @param changes any of these; empty for all
     * @param actor what the actor begins with; empty for all, those that are not known too
     * @param before only those of a lower revision; {@link Long#MAX_VALUE} for the newest
     * @param bytes the most bytes; a single change may be longer
     */
    public Page changes(Set<String> changes, String actor, long before, int limit, long bytes) {
        return jdbi.withHandle(handle -> {
            Bounds bounds = handle.createQuery(BOUNDS)
                    .bind("before", before)
                    .bind("searched", SEARCHED)
                    .map((RowView row) -> new Bounds(
                            row.getColumn("oldest", Long.class), row.getColumn("start", Long.class)))
                    .one();
            List<Row> found = handle.createQuery(NEWEST_FIRST)
                    .bind("before", before)
                    .bind("from", bounds.start())
                    .bind("any_change", changes.isEmpty())
                    .bind("changes", changes.toArray(String[]::new))
                    .bind("actor", actor)
                    .bind("limit", limit + 1)
                    .bind("bytes", bytes)
                    .map(ActivityRepository::row)
                    .list();
            List<NodeChange> page = found.stream().map(Row::change).toList();
            if (!page.isEmpty() && found.get(0).found() > page.size()) {
                return new Page(page, page.get(page.size() - 1).revision());
            }
            return new Page(page, bounds.start() > bounds.oldest() ? bounds.start() : null);
        });
    }

    private static Row row(RowView row) {
        return new Row(
                new NodeChange(
                        row.getColumn("revision", Long.class), row.getColumn("node_id", String.class),
                        row.getColumn("node_type", String.class), row.getColumn("change", String.class),
                        row.getColumn("reason", String.class), row.getColumn("status", String.class),
                        row.getColumn("health", String.class), row.getColumn("actor", String.class),
                        row.getColumn("correlation_id", String.class), row.getColumn("changed_at", Instant.class)),
                row.getColumn("rows_found", Long.class));
    }

    /** @param start of the rows that are looked through */
    private record Bounds(long oldest, long start) {}

    /** @param found how many there are without the bound of bytes, one beyond the limit among them */
    private record Row(NodeChange change, long found) {}

    /** @param next before which revision there may be more; {@code null} where there is none */
    public record Page(List<NodeChange> changes, Long next) {}
}
