// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.store.RegistrationRowsSql;
import org.nodebridge.registry.store.RegistrationSql;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * The rows that are compared with Consul, and those that the comparison makes pending again. Safe from many threads and
 * replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ComparedRowsRepository {

    private static final String COMPARABLE = """
            SELECT r AS row
            FROM tool_registrations AS r
            WHERE r.tool_id :after CAST(?1 AS text)
              AND (r.status IN ('active', 'suspect') OR :pending)
            ORDER BY r.tool_id
            LIMIT ?2""".replace(":pending", RegistrationSql.PENDING);

    private static final String MARK_PENDING = RegistrationSql.next("""
            UPDATE tool_registrations AS r
            SET revision = :next_revision, updated_at = now()
            FROM unnest(:tool_id::text[], :revision::bigint[]) AS i (tool_id, revision)
            WHERE r.tool_id = i.tool_id AND r.revision = i.revision
              AND NOT EXISTS (SELECT 1 FROM pending_writes AS p
                              WHERE p.catalog = 'consul' AND p.tool_id = r.tool_id AND p.refusal IS NULL)
            RETURNING r.tool_id
            """);

    @Inject
    private Jdbi jdbi;

    @PersistenceContext(unitName = "registry")
    private EntityManager entities;

    /**
     * The rows that Consul should have, and those whose write is pending, in the order of their ids; fewer than the
     * limit where they are large, and none only where there are no more.
     *
     * @param after the id after which to begin; {@code null} for the first
     */
    public List<ToolRegistration> comparable(String after, int limit) {
        return RegistrationRowsSql.portion((last, rows, bytes) -> {
            String from = last == null ? after : last.nodeId();
            return RegistrationRowsSql.query(
                    entities, COMPARABLE.replace(":after", from == null ? ">=" : ">"),
                    List.of(from == null ? "" : from, rows), bytes);
        }, limit, RegistrationRowsSql.PORTION_BYTES).rows();
    }

    /**
     * Makes the Consul writes of nodes pending again, as the leader.
     *
     * @param revisions the rows as they were found; one that has moved on since, or is being written, is left alone
     * @return the nodes that are pending now; empty when nothing was done because the token is not the leader's any
     *     more
     */
    public Optional<Set<String>> markPending(Map<String, Long> revisions, long token) {
        return jdbi.withHandle(handle -> {
            if (!LeaderFence.holds(handle, token)) {
                return Optional.empty();
            }
            RowLocks.take(handle, revisions.keySet());
            return Optional.of(handle.createQuery(MARK_PENDING)
                    .bindNamedArgumentFinder(Columns.of(revisions.entrySet())
                            .text("tool_id", Map.Entry::getKey)
                            .bigint("revision", Map.Entry::getValue))
                    .mapTo(String.class)
                    .set());
        });
    }
}
