// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.retention;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Clears what has been kept long enough, in steps of a bounded size, each a transaction of its own. Safe from many
 * threads and replicas, which at worst clear the same rows once.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class RetentionRepository {

    private static final String HISTORY = """
            DELETE FROM registration_history AS h
            USING (SELECT revision
                   FROM (SELECT revision, changed_at FROM registration_history ORDER BY revision LIMIT :most) AS oldest
                   WHERE changed_at < now() - make_interval(secs => :age)) AS due
            WHERE h.revision = due.revision
            """;

    /**
     * A tombstone that Consul has not confirmed is still needed there. With it goes its owner, and with nothing else: a
     * node whose row is lost must not be anybody's.
     */
    private static final String TOMBSTONES = """
            WITH cleared AS (
                DELETE FROM tool_registrations AS r
                USING (SELECT tool_id
                       FROM tool_registrations
                       WHERE status IN ('expired', 'departed')
                         AND updated_at < now() - make_interval(secs => :age)
                         AND event_timestamp < now() - make_interval(secs => :age)
                         AND catalog_version = revision
                       ORDER BY updated_at
                       LIMIT :most
                       FOR UPDATE SKIP LOCKED) AS due
                WHERE r.tool_id = due.tool_id
                RETURNING r.tool_id),
            freed AS (
                DELETE FROM node_owners AS o USING cleared WHERE o.node_id = cleared.tool_id)
            SELECT count(*) FROM cleared
            """;

    @Inject
    private Jdbi jdbi;

    /**
     * Removes the oldest changes from the history.
     *
     * @param age what is younger stays
     * @param most the most changes to look at
     * @return how many have been removed
     */
    public int pruneHistory(Duration age, int most) {
        return jdbi.withHandle(
                handle -> handle.createUpdate(HISTORY).bind("age", age).bind("most", most).execute());
    }

    /**
     * Removes the rows and owners of nodes that have long left, and that Consul has confirmed to be gone.
     *
     * @param age what has left later, by our clock or by its own, stays
     * @param most the most rows to remove
     * @return how many have been removed
     */
    public int pruneTombstones(Duration age, int most) {
        return jdbi.withHandle(handle -> handle.createQuery(TOMBSTONES)
                .bind("age", age)
                .bind("most", most)
                .mapTo(Integer.class)
                .one());
    }
}
