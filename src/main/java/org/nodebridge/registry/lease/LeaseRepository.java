// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.History;
import org.nodebridge.registry.store.History.Noted;
import org.nodebridge.registry.store.RegistrationSql;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * What becomes of leases that end. The leader acts, and every act checks in its own transaction that the token is still
 * the leader's and that no heartbeat or probe has renewed the lease since; each change goes into the history with its
 * reason. What has changed is pending for Consul. Safe from many threads and replicas; every call is a transaction of
 * its own.
 *
 * <p>{@code grace} is how long there has been no trouble: a lease counts as ended only when it is shorter than that, so
 * that after a start or an outage every node has the time of its whole lease to be heard of.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class LeaseRepository {

    private static final RowMapper<LeasedNode> LEASED = ConstructorMapper.of(LeasedNode.class);
    private static final RowMapper<ProbedNode> PROBED = ConstructorMapper.of(ProbedNode.class);

    @Inject
    private Jdbi jdbi;

    @Inject
    private RegistrySettings settings;

    /** Nodes that call for a decision, the one longest due first. */
    public List<LeasedNode> fallen(Duration grace, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(with(LeaseSql.FALLEN))
                .bind("grace", grace)
                .bind("limit", limit)
                .map(LEASED)
                .list());
    }

    /** How many nodes each cohort has, and how many of it expired within the window. */
    public List<Cohort> cohorts(Duration window) {
        return jdbi.withHandle(handle -> handle.createQuery(LeaseSql.COHORTS)
                .bind("window", window)
                .map(row -> new Cohort(
                        new Cohort.Key(row.getColumn("node_type", String.class), row.getColumn("region", String.class)),
                        row.getColumn("live", Integer.class),
                        row.getColumn("expired", Integer.class)))
                .list());
    }

    /**
     * Nodes to be probed now, the one longest due first.
     *
     * @param without the nodes to leave out
     */
    public List<String> probesDue(Duration grace, Collection<String> without, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(with(LeaseSql.PROBES_DUE))
                .bind("grace", grace)
                .bind("left_out", Columns.texts(without))
                .bind("limit", limit)
                .mapTo(String.class)
                .list());
    }

    /**
     * Claims nodes to probe them; each is not given out again before its next probe is due.
     *
     * @param intervals the time between two probes, by node type
     * @return those of the nodes that are to be probed now, and by this caller
     */
    public List<ProbedNode> claimProbes(
            Collection<String> nodeIds, Duration grace, Map<String, Duration> intervals) {
        return jdbi.withHandle(handle -> handle.createQuery(with(LeaseSql.CLAIM_PROBES))
                .bind("grace", grace)
                .bind("node_ids", Columns.texts(nodeIds))
                .bindNamedArgumentFinder(Columns.of(intervals.entrySet())
                        .text("node_type", Map.Entry::getKey)
                        .real("seconds", interval -> interval.getValue().toMillis() / 1000.0))
                .map(PROBED)
                .list());
    }

    /**
     * Takes down what came of probes.
     *
     * @return the nodes of which a Consul write is pending, or nothing when the token is not the leader's any more
     */
    public List<String> probed(Collection<ProbeOutcome> outcomes, long token) {
        return change(LeaseSql.PROBES, Transition.RECOVER, null, token, outcomes, ProbeOutcome::nodeId,
                some -> Columns.of(some)
                        .text("node_id", ProbeOutcome::nodeId)
                        .flag("alive", ProbeOutcome::alive)
                        .flag("judged", ProbeOutcome::judged)
                        .text("result", ProbeOutcome::result)
                        .text("detail", ProbeOutcome::detail));
    }

    /**
     * Makes active nodes suspects.
     *
     * @param reasons by node id
     * @return those that have become suspects; none when the token is not the leader's any more
     */
    public List<String> lapse(Map<String, String> reasons, Duration grace, long token) {
        return change(LeaseSql.LAPSE, Transition.LAPSE, reasons, grace, token);
    }

    /**
     * Gives nodes up whose lease has ended.
     *
     * @param reasons by node id
     * @return those that have expired; none when the token is not the leader's any more
     */
    public List<String> expire(Map<String, String> reasons, Duration grace, long token) {
        return change(LeaseSql.EXPIRE, Transition.EXPIRE, reasons, grace, token);
    }

    /**
     * Nodes whose checks have been quiet for long enough to be what they are to be.
     *
     * @param without the nodes to leave out
     */
    public List<String> quiet(Collection<String> without, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(LeaseSql.QUIET)
                .bind("left_out", Columns.texts(without))
                .bind("limit", limit)
                .mapTo(String.class)
                .list());
    }

    /**
     * Lets the checks of these nodes be what they are to be, if they are still quiet.
     *
     * @return the nodes of which a Consul write is pending; none when the token is not the leader's any more
     */
    public List<String> undamp(Collection<String> nodeIds, long token) {
        if (nodeIds.isEmpty()) {
            return List.of();
        }
        return jdbi.withHandle(handle -> {
            if (!LeaderFence.holds(handle, token)) {
                return List.of();
            }
            Query query = handle.createQuery(with(LeaseSql.UNDAMP))
                    .bind("node_id", Columns.texts(RowLocks.takeFree(handle, nodeIds)));
            return noted(handle, query, "health");
        });
    }

    /** Whether the token is still the leader's. */
    public boolean leads(long token) {
        return jdbi.withHandle(handle -> LeaderFence.holds(handle, token));
    }

    /** How many nodes have a check that may not become better now. */
    public long damped() {
        return jdbi.withHandle(handle -> handle.createQuery(LeaseSql.DAMPED).mapTo(Long.class).one());
    }

    private List<String> change(
            String sql, Transition transition, Map<String, String> reasons, Duration grace, long token) {
        return change(sql, transition, grace, token, reasons.entrySet(), Map.Entry::getKey, some -> Columns.of(some)
                .text("node_id", Map.Entry::getKey)
                .text("reason", Map.Entry::getValue));
    }

    /** A row that another session has locked is left as it is, and holds up no other. */
    private <T> List<String> change(
            String sql, Transition transition, Duration grace, long token, Collection<T> nodes,
            Function<T, String> nodeId, Function<List<T>, Columns<T>> columns) {
        if (nodes.isEmpty()) {
            return List.of();
        }
        return jdbi.withHandle(handle -> {
            if (!LeaderFence.holds(handle, token)) {
                return List.of();
            }
            Set<String> held = RowLocks.takeFree(handle, nodes.stream().map(nodeId).toList());
            List<T> some = nodes.stream().filter(node -> held.contains(nodeId.apply(node))).toList();
            Query query = handle.createQuery(with(sql)).bindNamedArgumentFinder(columns.apply(some));
            return noted(handle, grace == null ? query : query.bind("grace", grace), transition.change());
        });
    }

    private List<String> noted(Handle handle, Query query, String change) {
        List<String> changed = query.reduceRows(new ArrayList<>(), (nodeIds, row) -> {
            if (row.getColumn("changed", Boolean.class)) {
                nodeIds.add(row.getColumn("tool_id", String.class));
            }
            return nodeIds;
        });
        History.note(
                handle, changed.stream().map(nodeId -> Noted.byLeader(nodeId, change)).toList(),
                settings.retention());
        return changed;
    }

    private String with(String sql) {
        return RegistrationSql.with(settings.leases().damping(), settings.probes().failures(), sql);
    }
}
