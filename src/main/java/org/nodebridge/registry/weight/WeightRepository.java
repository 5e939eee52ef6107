// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.weight;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.store.RegistrationSql;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * The steps of nodes, in their rows. A change is a new revision of the row and a pending write to Consul, and no entry
 * of the history: it is about callers, not the node. Every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class WeightRepository {

    private static final String STEPS = """
            SELECT r.tool_id AS node_id, r.weight_step AS step
            FROM tool_registrations AS r
            WHERE r.status IN ('active', 'suspect') AND r.tool_id > :after
            ORDER BY r.tool_id
            LIMIT :limit
            """;

    private static final String SET = RegistrationSql.next("""
            UPDATE tool_registrations AS r
            SET weight_step = i.step, weight_step_at = now(), revision = :next_revision, updated_at = now()
            FROM unnest(:tool_id::text[], :step::bigint[]) AS i (tool_id, step)
            WHERE r.tool_id = i.tool_id AND r.status IN ('active', 'suspect')
              AND r.weight_step IS DISTINCT FROM i.step
              AND (r.weight_step_at > now() - make_interval(secs => :interval)) IS NOT TRUE
            RETURNING r.tool_id
            """);

    private static final String WITH_STEP = """
            SELECT r.tool_id
            FROM tool_registrations AS r
            WHERE r.weight_step IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM unnest(:left_out::text[]) AS o (tool_id) WHERE o.tool_id = r.tool_id)
            LIMIT :limit
            """;

    /** Of what is not in Consul nothing is to be written there. */
    private static final String CLEAR = RegistrationSql.next("""
            UPDATE tool_registrations AS r
            SET weight_step = NULL, weight_step_at = NULL,
                revision = CASE WHEN :shown THEN :next_revision ELSE r.revision END,
                updated_at = CASE WHEN :shown THEN now() ELSE r.updated_at END
            WHERE r.tool_id = ANY (:node_ids::text[]) AND r.weight_step IS NOT NULL
            RETURNING r.tool_id
            """.replace(":shown", "r.status IN ('active', 'suspect')"));

    private static final RowMapper<Standing> STANDING = ConstructorMapper.of(Standing.class);

    @Inject
    private Jdbi jdbi;

    /** The next nodes that Consul shows, in the order of their ids. */
    public List<Standing> steps(String after, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(STEPS)
                .bind("after", after).bind("limit", limit).map(STANDING).list());
    }

    /**
     * Gives nodes other steps, as the leader.
     *
     * @param interval how long the step of a node has stood at least
     * @return those for which that was a change; empty too when the token is not the leader's any more
     */
    public Set<String> set(Collection<Standing> steps, Duration interval, long token) {
        return jdbi.withHandle(handle -> {
            if (!LeaderFence.holds(handle, token)) {
                return Set.of();
            }
            Set<String> held = RowLocks.takeFree(handle, steps.stream().map(Standing::nodeId).toList());
            List<Standing> some = steps.stream().filter(step -> held.contains(step.nodeId())).toList();
            return handle.createQuery(SET)
                    .bindNamedArgumentFinder(Columns.of(some)
                            .text("tool_id", Standing::nodeId)
                            .bigint("step", step -> step.step().longValue()))
                    .bind("interval", interval.toMillis() / 1000.0)
                    .mapTo(String.class)
                    .set();
        });
    }

    /** Some nodes that have a step, of those that have left too. */
    public List<String> withStep(Collection<String> without, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(WITH_STEP)
                .bind("left_out", Columns.texts(without)).bind("limit", limit).mapTo(String.class).list());
    }

    /** Takes the steps of nodes away, as the leader; gives back whose. */
    public Set<String> clear(Collection<String> nodeIds, long token) {
        return jdbi.withHandle(handle -> LeaderFence.holds(handle, token) ? cleared(handle, nodeIds) : Set.of());
    }

    private static Set<String> cleared(Handle handle, Collection<String> nodeIds) {
        return handle.createQuery(CLEAR)
                .bind("node_ids", Columns.texts(RowLocks.takeFree(handle, nodeIds)))
                .mapTo(String.class)
                .set();
    }

    /** @param step {@code null} for none */
    public record Standing(String nodeId, Integer step) {}
}
