// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Update;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Pending Consul writes: rows whose {@code catalog_version} is not their {@code revision}. Safe from many threads and
 * replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class PendingWritesRepository {

    /** A figure, because statements with an answer of any length are not sent together with others. */
    private static final String WITHOUT_WAITING_FOR_THE_DISK =
            "SELECT length(set_config('synchronous_commit', 'off', TRUE));\n";

    /** A claim lasts for seconds; a later time is of another program. */
    private static final String UNCLAIMED = """
            (r.catalog_claimed_until IS NULL OR r.catalog_claimed_until < now()
                OR r.catalog_claimed_until > now() + INTERVAL '1 hour')""";

    /** A time that lies ahead is no other program's reason to keep a node out of Consul. */
    private static final String DUE = """
            SELECT r AS row
            FROM tool_registrations AS r
            WHERE r.catalog_version <> r.revision
              AND r.catalog_error IS NULL
              AND (r.updated_at < now() - make_interval(secs => ?1) OR r.updated_at > now() + INTERVAL '1 minute')
              AND :unclaimed
              AND (r.updated_at, r.tool_id) :after (CAST(?2 AS timestamptz), CAST(?3 AS text))
              AND NOT EXISTS (SELECT 1 FROM unnest(CAST(?4 AS text[])) AS o (tool_id) WHERE o.tool_id = r.tool_id)
            ORDER BY r.updated_at, r.tool_id
            LIMIT ?5""".replace(":unclaimed", UNCLAIMED);

    private static final String CLAIM = """
            UPDATE tool_registrations AS r
            SET catalog_claimed_until = now() + make_interval(secs => :time)
            FROM (SELECT r.tool_id
                  FROM unnest(:tool_id::text[], :revision::bigint[]) AS i (tool_id, revision)
                  JOIN tool_registrations AS r ON r.tool_id = i.tool_id AND r.revision = i.revision
                  WHERE r.catalog_version <> r.revision AND :unclaimed
                  ORDER BY r.tool_id
                  FOR NO KEY UPDATE OF r SKIP LOCKED) AS due
            WHERE r.tool_id = due.tool_id
            RETURNING r.tool_id
            """.replace(":unclaimed", UNCLAIMED);

    @Inject
    private Jdbi jdbi;

    @PersistenceContext(unitName = "registry")
    private EntityManager entities;

    /**
     * Rows that Consul lacks and that no replica has claimed, oldest first; fewer than the limit where they are large,
     * and none only where there are no more.
     *
     * @param age only what has been pending longer than this, so that a write under way is left alone
     * @param after the row after which to go on; {@code null} for the beginning
     * @param without the nodes to leave out
     */
    public List<ToolRegistration> due(
            Duration age, ToolRegistration after, Collection<String> without, int limit) {
        String leftOut = RegistrationRowsSql.array(without);
        return RegistrationRowsSql.portion((last, rows, bytes) -> {
            ToolRegistration from = last == null ? after : last;
            return RegistrationRowsSql.query(
                    entities, DUE.replace(":after", from == null ? ">=" : ">"),
                    List.of(
                            age.toMillis() / 1000.0, from == null ? "-infinity" : from.updatedAt().text(),
                            from == null ? "" : from.nodeId(), leftOut, rows),
                    bytes);
        }, limit, RegistrationRowsSql.PORTION_BYTES).rows();
    }

    /**
     * Claims rows whose writes are pending: the caller has them to itself for the time given. Others pass them over,
     * and are not held up by them.
     *
     * @param revisions the rows as they were found; one that has moved on since is left alone
     * @param time after which the row may be claimed again, by any replica
     * @return the nodes whose rows are claimed
     */
    public List<String> claim(Map<String, Long> revisions, Duration time) {
        return jdbi.withHandle(handle -> handle.createQuery(CLAIM)
                .bindNamedArgumentFinder(Columns.of(revisions.entrySet())
                        .text("tool_id", Map.Entry::getKey)
                        .bigint("revision", Map.Entry::getValue))
                .bind("time", time)
                .mapTo(String.class)
                .list());
    }

    /** Lets go of rows that could not be brought to Consul, so that the next look finds them. */
    @Transactional(TxType.NOT_SUPPORTED)
    public void unclaim(Collection<String> nodeIds) {
        update(
                """
                UPDATE tool_registrations AS r
                SET catalog_claimed_until = NULL
                FROM unnest(:tool_id::text[]) AS i (tool_id)
                WHERE r.tool_id = i.tool_id
                """,
                nodeIds,
                Columns.of(nodeIds).text("tool_id", nodeId -> nodeId));
    }

    /** How many rows Consul lacks, those it refused included. */
    public long count() {
        return jdbi.withHandle(handle -> handle
                .createQuery("SELECT count(*) FROM tool_registrations WHERE catalog_version <> revision")
                .mapTo(Long.class)
                .one());
    }

    /**
     * Notes that Consul has confirmed these revisions. A row that has moved on since is pending again: whoever changed
     * it may have written to Consul before we did, so that Consul may now hold the older of the two. The note does not
     * wait for the disk: if PostgreSQL loses it, the row is pending once more.
     */
    @Transactional(TxType.NOT_SUPPORTED)
    public void confirm(Map<String, Long> revisions) {
        update(
                WITHOUT_WAITING_FOR_THE_DISK + """
                UPDATE tool_registrations AS r
                SET catalog_version = CASE WHEN r.revision = i.revision THEN i.revision ELSE r.catalog_version END,
                    revision = CASE WHEN r.revision = i.revision THEN r.revision ELSE :next_revision END,
                    updated_at = CASE WHEN r.revision = i.revision THEN r.updated_at ELSE now() END,
                    catalog_claimed_until = NULL,
                    catalog_error = NULL
                FROM unnest(:tool_id::text[], :revision::bigint[]) AS i (tool_id, revision)
                WHERE r.tool_id = i.tool_id
                """,
                revisions.keySet(),
                Columns.of(revisions.entrySet())
                        .text("tool_id", Map.Entry::getKey)
                        .bigint("revision", Map.Entry::getValue));
    }

    /**
     * Notes why Consul refuses these nodes; they are tried again when they change or are announced again.
     *
     * @param revisions what was refused; a row that has moved on since is not meant
     */
    @Transactional(TxType.NOT_SUPPORTED)
    public void refuse(Map<String, String> reasons, Map<String, Long> revisions) {
        update(
                """
                UPDATE tool_registrations AS r
                SET catalog_error = i.reason
                FROM unnest(:tool_id::text[], :reason::text[], :revision::bigint[])
                    AS i (tool_id, reason, revision)
                WHERE r.tool_id = i.tool_id AND r.revision = i.revision
                """,
                reasons.keySet(),
                Columns.of(reasons.entrySet())
                        .text("tool_id", Map.Entry::getKey)
                        .text("reason", Map.Entry::getValue)
                        .bigint("revision", refused -> revisions.get(refused.getKey())));
    }

    /**
     * Makes the Consul writes of these nodes pending again, because something else than their rows may have been
     * written there.
     */
    @Transactional(TxType.NOT_SUPPORTED)
    public void markPending(Collection<String> nodeIds) {
        update(
                """
                UPDATE tool_registrations AS r
                SET revision = :next_revision, updated_at = now(), catalog_error = NULL
                FROM unnest(:tool_id::text[]) AS i (tool_id)
                WHERE r.tool_id = i.tool_id
                """,
                nodeIds,
                Columns.of(nodeIds).text("tool_id", nodeId -> nodeId));
    }

    /** In one trip to PostgreSQL and back, in which the driver has all of it done and committed. */
    private void update(String sql, Collection<String> nodeIds, Columns<?> columns) {
        if (nodeIds.isEmpty()) {
            return;
        }
        // who holds nothing else can wait without an order
        boolean ordered = nodeIds.size() > 1;
        jdbi.useHandle(handle -> {
            Update update = handle.createUpdate(RegistrationSql.next(ordered ? RowLocks.IN_ORDER + sql : sql))
                    .bindNamedArgumentFinder(columns);
            if (ordered) {
                update.bind("node_ids", Columns.texts(nodeIds));
            }
            update.execute(Columns.ALL_ANSWERS);
        });
    }
}
