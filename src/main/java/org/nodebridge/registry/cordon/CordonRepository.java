// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cordon;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.History;
import org.nodebridge.registry.store.History.Noted;
import org.nodebridge.registry.store.RegistrationSql;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * The cordons of nodes, in their rows. A change is a new revision of the row, a pending write to Consul and an entry of
 * the history. Safe from many threads and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class CordonRepository {

    private static final String TO_CORDON = """
            r.tool_id = ANY (:node_ids::text[])
              AND r.status IN ('active', 'suspect', 'draining')
              AND (r.cordoned_at IS NULL OR r.cordon_reason IS DISTINCT FROM :reason
                   OR r.cordoned_until IS DISTINCT FROM :until::timestamptz)""";

    private static final String CORDON = RegistrationSql.next("""
            UPDATE tool_registrations AS r
            SET cordoned_at = COALESCE(r.cordoned_at, now()), cordoned_until = :until::timestamptz, cordoned_by = :by,
                cordon_reason = :reason, revision = :next_revision, updated_at = now()
            WHERE :to_cordon
            RETURNING r.tool_id
            """).replace(":to_cordon", TO_CORDON);

    /** Those that are still to be cordoned after it has been done. */
    private static final String NOT_CORDONED =
            "SELECT count(*) FROM tool_registrations AS r WHERE " + TO_CORDON;

    private static final String UNCORDON = RegistrationSql.next("""
            UPDATE tool_registrations AS r
            SET cordoned_at = NULL, cordoned_until = NULL, cordoned_by = NULL, cordon_reason = NULL,
                revision = :next_revision, updated_at = now()
            WHERE :to_uncordon
            RETURNING r.tool_id
            """);

    private static final String TO_UNCORDON =
            "r.tool_id = ANY (:node_ids::text[]) AND r.cordoned_at IS NOT NULL AND :due";

    private static final String NOT_UNCORDONED =
            "SELECT count(*) FROM tool_registrations AS r WHERE " + TO_UNCORDON;

    private static final String DUE = """
            SELECT r.tool_id
            FROM tool_registrations AS r
            WHERE r.cordoned_at IS NOT NULL AND r.cordoned_until <= now()
              AND NOT EXISTS (SELECT 1 FROM unnest(:left_out::text[]) AS o (tool_id) WHERE o.tool_id = r.tool_id)
            ORDER BY r.tool_id
            LIMIT :most
            """;

    private static final String ALL = """
            SELECT tool_id, left(COALESCE(cordon_reason, ''), 500) AS cordon_reason
            FROM tool_registrations
            WHERE cordoned_at IS NOT NULL AND (cordoned_until > now()) IS NOT FALSE
            ORDER BY tool_id
            LIMIT :most
            """;

    @Inject
    private Jdbi jdbi;

    @Inject
    private RegistrySettings settings;

    /**
     * The nodes that are cordoned now, in the order of their ids.
     *
     * @param most the most of them
     * @return the reasons by node id
     */
    public Map<String, String> reasons(int most) {
        return jdbi.withHandle(handle -> handle.createQuery(ALL).bind("most", most).reduceRows(
                new HashMap<>(), (reasons, row) -> {
                    reasons.put(row.getColumn("tool_id", String.class), row.getColumn("cordon_reason", String.class));
                    return reasons;
                }));
    }

    /**
     * Cordons nodes, or gives a cordon another reason or end; it keeps its beginning then.
     *
     * @param until when it ends by itself; {@code null} for never
     * @param actor who asks for it
     * @param correlationId of the request; {@code null} for none
     * @return those for which that was a change; nodes that are not registered are not among them
     */
    public Set<String> cordon(
            Collection<String> nodeIds, String reason, Instant until, String actor, String correlationId) {
        return jdbi.withHandle(handle -> {
            RowLocks.take(handle, nodeIds);
            Set<String> changed = handle.createQuery(CORDON)
                    .bind("node_ids", Columns.texts(nodeIds))
                    .bind("reason", reason)
                    .bind("until", until)
                    .bind("by", actor)
                    .mapTo(String.class)
                    .set();
            refuseKept(handle.createQuery(NOT_CORDONED)
                    .bind("node_ids", Columns.texts(nodeIds))
                    .bind("reason", reason)
                    .bind("until", until));
            note(handle, changed, id -> new Noted(id, "cordoned", actor, correlationId));
            return changed;
        });
    }

    /**
     * Ends the cordons of nodes, of those that have left too.
     *
     * @return those that had one
     */
    public Set<String> uncordon(Collection<String> nodeIds, String actor, String correlationId) {
        return jdbi.withHandle(handle -> {
            RowLocks.take(handle, nodeIds);
            Set<String> changed = uncordon(handle, nodeIds, "TRUE");
            note(handle, changed, id -> new Noted(id, "uncordoned", actor, correlationId));
            return changed;
        });
    }

    /**
     * The nodes of which the time of the cordon is over, in the order of their ids.
     *
     * @param without the nodes to leave out
     * @param most the most nodes
     */
    public List<String> due(Collection<String> without, int most) {
        return jdbi.withHandle(handle -> handle.createQuery(DUE)
                .bind("left_out", Columns.texts(without))
                .bind("most", most)
                .mapTo(String.class)
                .list());
    }

    /**
     * Ends those of the nodes' cordons whose time is over, as the leader; a row that another session holds is passed
     * over.
     *
     * @return whose have been ended; empty too when the token is not the leader's any more
     */
    public Set<String> uncordonDue(Collection<String> nodeIds, long token) {
        return jdbi.withHandle(handle -> {
            if (!LeaderFence.holds(handle, token)) {
                return Set.of();
            }
            Set<String> changed =
                    uncordon(handle, RowLocks.takeFree(handle, nodeIds), "r.cordoned_until <= now()");
            note(handle, changed, id -> Noted.byLeader(id, "uncordoned"));
            return changed;
        });
    }

    private static Set<String> uncordon(Handle handle, Collection<String> nodeIds, String due) {
        Set<String> changed = handle.createQuery(UNCORDON.replace(":to_uncordon", TO_UNCORDON).replace(":due", due))
                .bind("node_ids", Columns.texts(nodeIds))
                .mapTo(String.class)
                .set();
        refuseKept(handle.createQuery(NOT_UNCORDONED.replace(":due", due)).bind("node_ids", Columns.texts(nodeIds)));
        return changed;
    }

    /** What a trigger of another program keeps as it is, and says nothing, is not said to be done. */
    private static void refuseKept(Query left) {
        if (left.mapTo(Long.class).one() > 0) {
            throw StoreRefusedException.kept();
        }
    }

    private void note(Handle handle, Set<String> nodeIds, Function<String, Noted> change) {
        History.note(handle, nodeIds.stream().sorted().map(change).toList(), settings.retention());
    }
}
