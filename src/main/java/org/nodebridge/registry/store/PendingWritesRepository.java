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
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Pending Consul writes: the rows of {@code pending_writes}, which a trigger makes when a registration's revision
 * changes, and which a confirmation deletes. None of them is waited for: one that another transaction holds is about to
 * be pending again. Safe from many threads and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class PendingWritesRepository {

    /** What Consul says of a refusal is shown to people. */
    private static final int MAX_REFUSAL = 1000;

    /** A figure, because statements with an answer of any length are not sent together with others. */
    private static final String BY_INDEX = "SELECT length(" + RowLocks.BY_INDEX + ");\n";

    private static final String BY_INDEX_WITHOUT_WAITING_FOR_THE_DISK =
            "SELECT length(" + RowLocks.BY_INDEX + " || set_config('synchronous_commit', 'off', TRUE));\n";

    /** A claim lasts for seconds; a later time is of another program. */
    private static final String UNCLAIMED = """
            (p.claimed_until IS NULL OR p.claimed_until < now() OR p.claimed_until > now() + INTERVAL '1 hour')""";

    /** A time that lies ahead is no other program's reason to keep a node out of Consul. */
    private static final String DUE = """
            SELECT r AS row
            FROM pending_writes AS p
            JOIN tool_registrations AS r ON r.tool_id = p.tool_id
            WHERE p.catalog = 'consul'
              AND p.refusal IS NULL
              AND (p.since < now() - make_interval(secs => ?1) OR p.since > now() + INTERVAL '1 minute')
              AND :unclaimed
              AND (p.since, p.tool_id) :after (CAST(?2 AS timestamptz), CAST(?3 AS text))
              AND NOT EXISTS (SELECT 1 FROM unnest(CAST(?4 AS text[])) AS o (tool_id) WHERE o.tool_id = p.tool_id)
            ORDER BY p.since, p.tool_id
            LIMIT ?5""".replace(":unclaimed", UNCLAIMED);

    /**
     * Whether {@code p} is of the pending writes that were named and that no session is changing, which are locked
     * then. By their places on the disk, so that they are looked for once, under any plan.
     */
    private static final String FREE = """
            p.ctid = ANY (ARRAY(
                SELECT p.ctid
                FROM unnest(:tool_id::text[], :revision::bigint[]) AS i (tool_id, revision)
                JOIN pending_writes AS p ON p.catalog = 'consul' AND p.tool_id = i.tool_id AND p.revision = i.revision
                FOR UPDATE OF p SKIP LOCKED))""";

    private static final String CLAIM = BY_INDEX + """
            UPDATE pending_writes AS p
            SET claimed_until = now() + make_interval(secs => :time)
            WHERE :free AND :unclaimed
            RETURNING p.tool_id
            """.replace(":free", FREE).replace(":unclaimed", UNCLAIMED);

    /** First what may wait, then what never does, so that two of these do not wait for each other. */
    private static final String CONFIRM = BY_INDEX_WITHOUT_WAITING_FOR_THE_DISK + RegistrationSql.next("""
            UPDATE tool_registrations AS r
            SET revision = :next_revision, updated_at = now()
            FROM (SELECT r.tool_id
                  FROM unnest(:tool_id::text[], :revision::bigint[]) AS i (tool_id, revision)
                  JOIN tool_registrations AS r ON r.tool_id = i.tool_id AND r.revision <> i.revision
                  ORDER BY r.tool_id
                  FOR NO KEY UPDATE OF r) AS moved
            WHERE r.tool_id = moved.tool_id;
            DELETE FROM pending_writes AS p
            WHERE :free
            """).replace(":free", FREE);

    private static final String REFUSE = BY_INDEX + """
            UPDATE pending_writes AS p
            SET refusal = left(i.reason, :most)
            FROM unnest(:tool_id::text[], :reason::text[]) AS i (tool_id, reason)
            WHERE :free AND p.tool_id = i.tool_id
            """.replace(":free", FREE).replace(":most", Integer.toString(MAX_REFUSAL));

    private static final String MARK_PENDING = RowLocks.IN_ORDER + RegistrationSql.next("""
            UPDATE tool_registrations AS r
            SET revision = :next_revision, updated_at = now()
            WHERE r.tool_id = ANY (:node_ids::text[])
            """);

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
                            age.toMillis() / 1000.0, from == null ? "-infinity" : from.pendingSince(),
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
        if (revisions.isEmpty()) {
            return List.of();
        }
        return jdbi.withHandle(handle -> handle.createQuery(CLAIM)
                .bindNamedArgumentFinder(figures(revisions))
                .bind("time", time)
                .execute(Columns.SECOND_ANSWER)
                .mapTo(String.class)
                .list());
    }

    /** Lets go of rows that could not be brought to Consul, so that the next sweep finds them. */
    @Transactional(TxType.NOT_SUPPORTED)
    public void unclaim(Collection<String> nodeIds) {
        if (nodeIds.isEmpty()) {
            return;
        }
        jdbi.useHandle(handle -> handle.createUpdate("""
                UPDATE pending_writes AS p
                SET claimed_until = NULL
                WHERE p.ctid = ANY (ARRAY(
                    SELECT p.ctid FROM pending_writes AS p
                    WHERE p.catalog = 'consul' AND p.tool_id = ANY (:node_ids::text[])
                    FOR UPDATE SKIP LOCKED))
                """).bind("node_ids", Columns.texts(nodeIds)).execute());
    }

    /** How many rows Consul lacks, those it refused included. */
    public long count() {
        return jdbi.withHandle(handle -> handle
                .createQuery("SELECT count(*) FROM pending_writes WHERE catalog = 'consul'")
                .mapTo(Long.class)
                .one());
    }

    /**
     * Notes that Consul has confirmed these revisions. A row that has moved on since is pending again: its writer may
     * have written to Consul before we did, so that Consul may now hold the older of the two. The note does not
     * wait for the disk. If PostgreSQL loses it, a confirmed row is pending once more, and one that has moved on is
     * found by the next comparison.
     */
    @Transactional(TxType.NOT_SUPPORTED)
    public void confirm(Map<String, Long> revisions) {
        if (revisions.isEmpty()) {
            return;
        }
        // in one round trip to PostgreSQL, in which the driver has all of it done and committed
        jdbi.useHandle(handle -> handle.createUpdate(CONFIRM)
                .bindNamedArgumentFinder(figures(revisions))
                .execute(Columns.ALL_ANSWERS));
    }

    /**
     * Notes why Consul refuses these nodes; they are tried again when they change or are announced again.
     *
     * @param revisions what was refused; a row that has moved on since is not meant
     */
    @Transactional(TxType.NOT_SUPPORTED)
    public void refuse(Map<String, String> reasons, Map<String, Long> revisions) {
        if (reasons.isEmpty()) {
            return;
        }
        jdbi.useHandle(handle -> handle.createUpdate(REFUSE)
                .bindNamedArgumentFinder(Columns.of(reasons.entrySet())
                        .text("tool_id", Map.Entry::getKey)
                        .text("reason", Map.Entry::getValue)
                        .bigint("revision", refused -> revisions.get(refused.getKey())))
                .execute(Columns.ALL_ANSWERS));
    }

    /**
     * Makes the Consul writes of these nodes pending again, because something else than their rows may have been
     * written there.
     */
    @Transactional(TxType.NOT_SUPPORTED)
    public void markPending(Collection<String> nodeIds) {
        if (nodeIds.isEmpty()) {
            return;
        }
        jdbi.useHandle(handle -> handle.createUpdate(MARK_PENDING)
                .bind("node_ids", Columns.texts(nodeIds))
                .execute(Columns.ALL_ANSWERS));
    }

    private static Columns<?> figures(Map<String, Long> revisions) {
        return Columns.of(revisions.entrySet())
                .text("tool_id", Map.Entry::getKey)
                .bigint("revision", Map.Entry::getValue);
    }
}
