// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Comparisons that were asked for, by whichever replica, for the leader to make. Safe from many threads and replicas;
 * every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ReconciliationRepository {

    /** Older ones than the newest so many are forgotten. */
    private static final int KEPT = 100;

    private static final String FORGET = "DELETE FROM reconciliations WHERE status IN ('done', 'failed') AND id NOT IN"
            + " (SELECT id FROM reconciliations ORDER BY requested_at DESC LIMIT " + KEPT + ")";

    private static final String TAKE = """
            UPDATE reconciliations
            SET status = 'running', started_at = clock_timestamp(), replica = ?, token = ?
            WHERE id = (SELECT id FROM reconciliations WHERE status = 'requested' ORDER BY requested_at LIMIT 1)
              AND status = 'requested'
            RETURNING id, requested_by, dry_run, status, requested_at, started_at, finished_at, replica, report, error
            """;

    private static final String END = """
            UPDATE reconciliations
            SET status = ?, report = ?::jsonb, error = ?, finished_at = clock_timestamp()
            WHERE id = ?::uuid AND status = 'running' AND token = ?
            """;

    private static final String ADD_DONE = """
            INSERT INTO reconciliations
                (id, requested_by, dry_run, status, requested_at, started_at, finished_at, replica, token, report)
            VALUES (?::uuid, ?, FALSE, 'done', ?::timestamptz, ?::timestamptz, clock_timestamp(), ?, ?, ?::jsonb)
            """;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    /** For what HTTP clients read. */
    @Resource(lookup = "jdbc/registry-reads")
    private DataSource reads;

    /** Asks for a comparison; the leader makes it within a second or so, when there is one and it is not busy. */
    public void request(UUID id, String requestedBy, boolean dryRun) {
        String sql = "INSERT INTO reconciliations (id, requested_by, dry_run) VALUES (?::uuid, ?, ?)";
        run(sql, statement -> {
            statement.setString(1, id.toString());
            statement.setString(2, requestedBy);
            statement.setBoolean(3, dryRun);
            return statement.executeUpdate();
        });
    }

    /**
     * Takes on the oldest one that was asked for, as the leader.
     *
     * @return empty when there is none, or the token is not the leader's any more
     */
    public Optional<Reconciliation> take(String replica, long token) {
        // looked for first, because the fence writes to the lease's row, and this is called every second
        boolean asked = run("SELECT 1 FROM reconciliations WHERE status = 'requested' LIMIT 1",
                statement -> statement.executeQuery().next());
        return !asked ? Optional.empty() : fenced(token, TAKE, statement -> {
            statement.setString(1, replica);
            statement.setLong(2, token);
            return read(statement).stream().findFirst();
        }).orElse(Optional.empty());
    }

    /** Ends those that run, as the leader who knows that it runs none: whoever ran them is not there any more. */
    public void failAbandoned(long token) {
        String sql = "UPDATE reconciliations SET status = 'failed', finished_at = clock_timestamp(), error ="
                + " 'the replica that ran it no longer leads, or failed in it; another may do what it has left'"
                + " WHERE status = 'running'";
        fenced(token, sql, PreparedStatement::executeUpdate);
    }

    /** Ends one that this leader has taken on. */
    public void done(UUID id, String report, long token) {
        end(id, Reconciliation.Status.DONE, report, null, token);
    }

    /** Ends one that this leader has taken on and could not finish. */
    public void failed(UUID id, String error, long token) {
        end(id, Reconciliation.Status.FAILED, null, error, token);
    }

    private void end(UUID id, Reconciliation.Status status, String report, String error, long token) {
        run(END, statement -> {
            statement.setString(1, status.wireName());
            statement.setString(2, report);
            statement.setString(3, error);
            statement.setString(4, id.toString());
            statement.setLong(5, token);
            return statement.executeUpdate();
        });
        run(FORGET, PreparedStatement::executeUpdate);
    }

    /** Notes one that nobody asked for, when it is done. */
    public void addDone(UUID id, String requestedBy, Instant startedAt, String replica, long token, String report) {
        run(ADD_DONE, statement -> {
            statement.setString(1, id.toString());
            statement.setString(2, requestedBy);
            statement.setString(3, startedAt.toString());
            statement.setString(4, startedAt.toString());
            statement.setString(5, replica);
            statement.setLong(6, token);
            statement.setString(7, report);
            return statement.executeUpdate();
        });
        run(FORGET, PreparedStatement::executeUpdate);
    }

    public Optional<Reconciliation> find(UUID id) {
        return run(reads, "SELECT * FROM reconciliations WHERE id = ?::uuid", statement -> {
            statement.setString(1, id.toString());
            return read(statement).stream().findFirst();
        });
    }

    /** The latest first, each report without its list. */
    public List<Reconciliation> latest() {
        String sql = "SELECT id, requested_at, requested_by, dry_run, status, started_at, finished_at, replica,"
                + " report - 'drift' AS report, error FROM reconciliations ORDER BY requested_at DESC LIMIT " + KEPT;
        return run(reads, sql, ReconciliationRepository::read);
    }

    private static List<Reconciliation> read(PreparedStatement statement) throws SQLException {
        List<Reconciliation> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(new Reconciliation(
                        UUID.fromString(row.getString("id")), instant(row, "requested_at"),
                        row.getString("requested_by"), row.getBoolean("dry_run"),
                        Reconciliation.Status.ofWireName(row.getString("status")), instant(row, "started_at"),
                        instant(row, "finished_at"), row.getString("replica"), row.getString("report"),
                        row.getString("error")));
            }
        }
        return found;
    }

    private <T> Optional<T> fenced(long token, String sql, Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            if (!LeaderFence.holds(connection, token)) {
                return Optional.empty();
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                return Optional.of(work.with(statement));
            }
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private <T> T run(String sql, Work<T> work) {
        return run(dataSource, sql, work);
    }

    private static <T> T run(DataSource source, String sql, Work<T> work) {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            return work.with(statement);
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(PreparedStatement statement) throws SQLException;
    }
}
