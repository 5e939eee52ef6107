// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.retention;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.StoredTime;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Clears what has been kept long enough, in steps of a bounded size, each a transaction of its own. Safe from many
 * threads and replicas, which at worst clear the same rows once.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class RetentionRepository {

    /**
     * Of {@code :column}, with {@code :age}. What lies years ahead is of another program, and would be kept for
     * ever.
     */
    private static final String KEPT_LONG_ENOUGH = """
            (:column < now() - make_interval(secs => :age) OR :column >= :end)"""
            .replace(":end", StoredTime.END_OF_PLAUSIBLE);

    private static final String HISTORY_DUE = """
            SELECT h.revision::text
            FROM (SELECT h.revision, h.changed_at
                  FROM registration_history AS h
                  WHERE NOT EXISTS (SELECT 1 FROM unnest(:left_out::text[]) AS o (revision)
                                    WHERE o.revision::bigint = h.revision)
                  ORDER BY h.revision
                  LIMIT :most) AS h
            WHERE :kept_long_enough
            ORDER BY h.revision
            """.replace(":kept_long_enough", KEPT_LONG_ENOUGH.replace(":column", "h.changed_at"));

    private static final String HISTORY = """
            DELETE FROM registration_history AS h
            WHERE h.revision = ANY (:revisions::text[]::bigint[])
            RETURNING h.revision::text
            """;

    /** A tombstone that Consul has not confirmed is still needed there. */
    private static final String DUE = """
            r.status IN ('expired', 'departed')
              AND :updated
              AND :announced
              AND NOT EXISTS (SELECT 1 FROM pending_writes AS p WHERE p.tool_id = r.tool_id)"""
            .replace(":updated", KEPT_LONG_ENOUGH.replace(":column", "r.updated_at"))
            .replace(":announced", KEPT_LONG_ENOUGH.replace(":column", "r.event_timestamp"));

    private static final String TOMBSTONES_DUE = """
            SELECT r.tool_id
            FROM tool_registrations AS r
            WHERE :due
              AND NOT EXISTS (SELECT 1 FROM unnest(:left_out::text[]) AS o (tool_id) WHERE o.tool_id = r.tool_id)
            ORDER BY r.updated_at
            LIMIT :most
            """.replace(":due", DUE);

    /** With a tombstone goes its owner, and with nothing else: a node whose row is lost must stay with its owner. */
    private static final String TOMBSTONES = """
            WITH cleared AS (
                DELETE FROM tool_registrations AS r
                USING (SELECT r.tool_id
                       FROM tool_registrations AS r
                       WHERE r.tool_id = ANY (:node_ids::text[]) AND :due
                       FOR UPDATE SKIP LOCKED) AS due
                WHERE r.tool_id = due.tool_id
                RETURNING r.tool_id),
            freed AS (
                DELETE FROM node_owners AS o USING cleared WHERE o.node_id = cleared.tool_id)
            SELECT tool_id FROM cleared
            """.replace(":due", DUE);

    @Inject
    private Jdbi jdbi;

    /**
     * Changes of the history that have been kept long enough, by their revisions and in that order.
     *
     * @param age what is younger stays
     * @param without the revisions to leave out
     * @param most the most changes to look at
     */
    public List<String> historyDue(Duration age, Collection<String> without, int most) {
        return jdbi.withHandle(handle -> handle.createQuery(HISTORY_DUE)
                .bind("age", age)
                .bind("left_out", Columns.texts(without))
                .bind("most", most)
                .mapTo(String.class)
                .list());
    }

    /**
     * Removes these changes from the history.
     *
     * @return the revisions of those that have been removed
     */
    public List<String> pruneHistory(Collection<String> revisions) {
        return jdbi.withHandle(handle -> handle.createQuery(HISTORY)
                .bind("revisions", Columns.texts(revisions))
                .mapTo(String.class)
                .list());
    }

    /**
     * Nodes that have long left, and that Consul has confirmed to be gone, the one that left first at first.
     *
     * @param age what has left later, by our clock or by its own, stays
     * @param without the nodes to leave out
     */
    public List<String> tombstonesDue(Duration age, Collection<String> without, int most) {
        return jdbi.withHandle(handle -> handle.createQuery(TOMBSTONES_DUE)
                .bind("age", age)
                .bind("left_out", Columns.texts(without))
                .bind("most", most)
                .mapTo(String.class)
                .list());
    }

    /**
     * Removes the rows and owners of these nodes, where that is still due.
     *
     * @return those that have been removed
     */
    public List<String> pruneTombstones(Duration age, Collection<String> nodeIds) {
        return jdbi.withHandle(handle -> handle.createQuery(TOMBSTONES)
                .bind("age", age)
                .bind("node_ids", Columns.texts(nodeIds))
                .mapTo(String.class)
                .list());
    }
}
