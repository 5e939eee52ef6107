// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.History;
import org.nodebridge.registry.store.History.Noted;
import org.nodebridge.registry.store.RegistrationSql;
import org.nodebridge.registry.store.RegistrationStatus;
import org.nodebridge.registry.store.jdbc.BatchStatement;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * What becomes of leases that end. The leader acts, and every act checks in its own transaction that the token is still
 * the leader's and that the node has given no sign of life since; each change goes into the history with its reason.
 * What has changed is owed to Consul. Safe from many threads and replicas; every call is a transaction of its own.
 *
 * <p>{@code grace} is how long there has been no trouble: a lease counts as ended only when it is shorter than that, so
 * that after a start or an outage every node has the time of its whole lease to give a sign of life.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class LeaseRepository {

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    @Inject
    private RegistrySettings settings;

    /** Nodes that call for a decision, the one longest due first. */
    public List<LeasedNode> fallen(Duration grace, int limit) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(with(grace, LeaseSql.FALLEN))) {
            query.setInt(1, settings.probes().failures());
            query.setInt(2, limit);
            List<LeasedNode> nodes = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    nodes.add(leased(row));
                }
            }
            return nodes;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static LeasedNode leased(ResultSet row) throws SQLException {
        Double suspectSeconds = row.getObject("suspect_seconds", Double.class);
        return new LeasedNode(
                row.getString("tool_id"),
                row.getString("node_type"),
                row.getString("region"),
                RegistrationStatus.ofWireName(row.getString("status")),
                row.getBoolean("due"),
                row.getBoolean("heartbeats"),
                row.getString("watch"),
                row.getString("health_endpoint"),
                row.getInt("probe_failures"),
                row.getString("probe_result"),
                suspectSeconds == null ? null : Duration.ofMillis((long) (suspectSeconds * 1000)));
    }

    /** How many nodes each cohort has, and how many of it expired within the window. */
    public List<Cohort> cohorts(Duration window) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(LeaseSql.COHORTS)) {
            query.setDouble(1, seconds(window));
            List<Cohort> cohorts = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    cohorts.add(new Cohort(
                            new Cohort.Key(row.getString("node_type"), row.getString("region")),
                            row.getInt("live"),
                            row.getInt("expired")));
                }
            }
            return cohorts;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /**
     * Nodes to be probed now, at most {@code limit} of them; each is not given out again before its next probe is due.
     *
     * @param intervals the time between two probes, by node type
     */
    public List<ProbedNode> claimProbes(Duration grace, Map<String, Duration> intervals, int limit) {
        List<Map.Entry<String, Duration>> rows = List.copyOf(intervals.entrySet());
        try (Connection connection = dataSource.getConnection();
                var claim = new BatchStatement<>(connection, with(grace, LeaseSql.CLAIM_PROBES), rows)) {
            claim.text(Map.Entry::getKey).real(row -> seconds(row.getValue()));
            claim.bound().setInt(3, limit);
            List<ProbedNode> nodes = new ArrayList<>();
            try (ResultSet row = claim.bound().executeQuery()) {
                while (row.next()) {
                    nodes.add(new ProbedNode(
                            row.getString("tool_id"), row.getString("node_type"), row.getString("health_endpoint")));
                }
            }
            return nodes;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /**
     * Takes down what came of probes.
     *
     * @return the nodes of which Consul is owed a change, or nothing when the token is not the leader's any more
     */
    public List<String> probed(Collection<ProbeOutcome> outcomes, long token) {
        return change(LeaseSql.PROBES, Transition.RECOVER, Duration.ZERO, outcomes, ProbeOutcome::nodeId, token,
                statement -> statement.text(ProbeOutcome::nodeId)
                        .flag(ProbeOutcome::alive)
                        .flag(ProbeOutcome::judged)
                        .text(ProbeOutcome::result)
                        .text(ProbeOutcome::detail));
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
     * Lets the checks of nodes that have been quiet for long enough be what they are to be.
     *
     * @return the nodes of which Consul is owed a change
     */
    public List<String> undamp(int limit, long token) {
        try (Connection connection = dataSource.getConnection()) {
            if (!LeaderFence.holds(connection, token)) {
                return List.of();
            }
            try (PreparedStatement statement = connection.prepareStatement(LeaseSql.UNDAMP)) {
                statement.setInt(1, limit);
                return noted(connection, statement, "health");
            }
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** How many nodes have a check that may not become better now. */
    public long damped() {
        String sql = "SELECT count(*) FROM tool_registrations AS r"
                + " WHERE r.damped_until IS NOT NULL AND r.status IN ('active', 'suspect')";
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(sql);
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private List<String> change(
            String sql, Transition transition, Map<String, String> reasons, Duration grace, long token) {
        return change(sql, transition, grace, reasons.entrySet(), Map.Entry::getKey, token,
                statement -> statement.text(Map.Entry::getKey).text(Map.Entry::getValue));
    }

    private <T> List<String> change(
            String sql, Transition transition, Duration grace, Collection<T> rows, Function<T, String> nodeId,
            long token, Binding<T> binding) {
        if (rows.isEmpty()) {
            return List.of();
        }
        try (Connection connection = dataSource.getConnection()) {
            if (!LeaderFence.holds(connection, token)) {
                return List.of();
            }
            RowLocks.take(connection, rows.stream().map(nodeId).toList());
            try (var statement = new BatchStatement<>(connection, with(grace, sql), List.copyOf(rows))) {
                binding.bind(statement);
                return noted(connection, statement.bound(), transition.change());
            }
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private List<String> noted(Connection connection, PreparedStatement statement, String change)
            throws SQLException {
        List<Noted> changes = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                if (row.getBoolean("changed")) {
                    changes.add(Noted.byLeader(row.getString("tool_id"), change));
                }
            }
        }
        History.note(connection, changes, settings.retention());
        return changes.stream().map(Noted::nodeId).toList();
    }

    private String with(Duration grace, String sql) {
        return RegistrationSql.with(settings.leases().damping(), settings.probes().failures(), sql)
                .replace(":grace", Double.toString(seconds(grace)));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    @FunctionalInterface
    private interface Binding<T> {
        void bind(BatchStatement<T> statement) throws SQLException;
    }
}
