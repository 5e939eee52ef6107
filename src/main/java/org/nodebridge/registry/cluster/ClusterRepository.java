// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Who leads and who is there. All times are PostgreSQL's, so that the replicas' clocks need not agree. Safe from many
 * threads and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ClusterRepository {

    /** The lease of the one replica that compares and removes. */
    public static final String LEADER = "leader";

    /** The lease of the one replay of dead letters. */
    public static final String DEAD_LETTER_REPLAY = "dead-letter-replay";

    /** The lease of the one replay of topics; its holder is the replay's id. */
    public static final String TOPIC_REPLAY = "topic-replay";

    /** Replicas are forgotten after this many lease times of silence. */
    private static final int FORGOTTEN_AFTER = 20;

    // clock_timestamp and not now: a statement that waited for the row must judge by when it got it
    private static final String RENEW = """
            UPDATE cluster_leases
            SET expires_at = clock_timestamp() + make_interval(secs => ?)
            WHERE name = ? AND holder = ? AND expires_at > clock_timestamp()
            RETURNING token
            """;

    private static final String TAKE = """
            INSERT INTO cluster_leases AS l (name, token, holder, acquired_at, expires_at)
            VALUES (?, 1, ?, clock_timestamp(), clock_timestamp() + make_interval(secs => ?))
            ON CONFLICT (name) DO UPDATE
            SET token = l.token + 1,
                holder = EXCLUDED.holder,
                acquired_at = clock_timestamp(),
                expires_at = EXCLUDED.expires_at
            WHERE l.expires_at <= clock_timestamp()
            RETURNING token
            """;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    /** For what HTTP clients read. */
    @Resource(lookup = "jdbc/registry-reads")
    private DataSource reads;

    /**
     * Keeps a lease that the holder has, or takes one that nobody has.
     *
     * @return the fencing token; empty when somebody else holds it
     */
    public OptionalLong hold(String lease, String holder, Duration ttl) {
        try (Connection connection = dataSource.getConnection()) {
            try (PreparedStatement renewal = connection.prepareStatement(RENEW)) {
                renewal.setDouble(1, seconds(ttl));
                renewal.setString(2, lease);
                renewal.setString(3, holder);
                OptionalLong token = token(renewal);
                if (token.isPresent()) {
                    return token;
                }
            }
            return taken(connection, lease, holder, ttl);
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Takes a lease that nobody has, not even the holder itself; false when it is not over yet. */
    public boolean take(String lease, String holder, Duration ttl) {
        try (Connection connection = dataSource.getConnection()) {
            return taken(connection, lease, holder, ttl).isPresent();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Gives a lease back before it ends, so that the next one need not wait; does nothing to somebody else's. */
    public void release(String lease, String holder) {
        execute(
                "UPDATE cluster_leases SET expires_at = clock_timestamp() WHERE name = ? AND holder = ?"
                        + " AND expires_at > clock_timestamp()",
                lease,
                holder);
    }

    /** PostgreSQL's time. */
    public Instant time() {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement("SELECT clock_timestamp()");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** The lease, while somebody holds it. */
    public Optional<Lease> lease(String name) {
        String sql = "SELECT holder, token, acquired_at, expires_at FROM cluster_leases"
                + " WHERE name = ? AND expires_at > clock_timestamp()";
        try (Connection connection = reads.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(new Lease(
                                row.getString("holder"), row.getLong("token"), instant(row, "acquired_at"),
                                instant(row, "expires_at")))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /**
     * Notes that a replica runs, and which partitions it consumes; forgets those that have long been silent.
     *
     * @param skew how far its clock is ahead of PostgreSQL's; {@code null} while it does not know
     */
    public void seen(
            String replica, String host, Instant startedAt, Collection<String> partitions, Duration skew,
            Duration ttl) {
        execute(
                """
                INSERT INTO cluster_replicas (replica_id, host, started_at, seen_at, partitions, clock_skew_seconds)
                VALUES (?, ?, ?::timestamptz, clock_timestamp(), to_jsonb(string_to_array(?, ' ')), ?::float8)
                ON CONFLICT (replica_id) DO UPDATE
                SET seen_at = clock_timestamp(), partitions = EXCLUDED.partitions,
                    clock_skew_seconds = EXCLUDED.clock_skew_seconds
                """,
                replica,
                host,
                startedAt.toString(),
                String.join(" ", partitions),
                skew == null ? null : Double.toString(seconds(skew)));
        execute(
                "DELETE FROM cluster_replicas WHERE seen_at < clock_timestamp() - make_interval(secs => ?::float8)",
                Double.toString(FORGOTTEN_AFTER * seconds(ttl)));
    }

    /** Notes that a replica stops. */
    public void gone(String replica) {
        execute("DELETE FROM cluster_replicas WHERE replica_id = ?", replica);
    }

    /** Every replica that has said something lately, in the order of their start. */
    public List<Replica> replicas(Duration ttl) {
        return replicas(dataSource, ttl);
    }

    /** The same for an HTTP client, who is not to keep the registry from its own connections. */
    public List<Replica> shownReplicas(Duration ttl) {
        return replicas(reads, ttl);
    }

    private static List<Replica> replicas(DataSource source, Duration ttl) {
        String sql = "SELECT replica_id, host, started_at, seen_at, clock_skew_seconds,"
                + " seen_at > clock_timestamp() - make_interval(secs => ?) AS running,"
                + " array_to_string(ARRAY(SELECT jsonb_array_elements_text(partitions)), ' ') AS partitions"
                + " FROM cluster_replicas ORDER BY started_at, replica_id";
        try (Connection connection = source.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setDouble(1, seconds(ttl));
            List<Replica> replicas = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String partitions = row.getString("partitions");
                    replicas.add(new Replica(
                            row.getString("replica_id"), row.getString("host"), instant(row, "started_at"),
                            instant(row, "seen_at"), row.getBoolean("running"),
                            partitions.isEmpty() ? Set.of() : new TreeSet<>(List.of(partitions.split(" "))),
                            row.getObject("clock_skew_seconds", Double.class)));
                }
            }
            return replicas;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static OptionalLong taken(Connection connection, String lease, String holder, Duration ttl)
            throws SQLException {
        try (PreparedStatement taking = connection.prepareStatement(TAKE)) {
            taking.setString(1, lease);
            taking.setString(2, holder);
            taking.setDouble(3, seconds(ttl));
            return token(taking);
        }
    }

    private void execute(String sql, String... parameters) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static OptionalLong token(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? OptionalLong.of(row.getLong("token")) : OptionalLong.empty();
        }
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /**
     * A lease that is held.
     *
     * @param token counts up whenever the holder changes
     */
    public record Lease(String holder, long token, Instant acquiredAt, Instant expiresAt) {}

    /**
     * A replica.
     *
     * @param running whether it has said something within the lease time
     * @param partitions the partitions it consumes, as {@code topic-partition}, in order
     * @param clockSkewSeconds how far its clock is ahead of PostgreSQL's; {@code null} while it does not know
     */
    public record Replica(
            String id, String host, Instant startedAt, Instant seenAt, boolean running, Set<String> partitions,
            Double clockSkewSeconds) {}
}
