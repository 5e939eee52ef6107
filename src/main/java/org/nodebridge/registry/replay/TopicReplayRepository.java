// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** The replays of topics. Safe from many threads and replicas; every call is a transaction of its own. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class TopicReplayRepository {

    private static final int KEPT = 100;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String UNDER_WAY = """
            EXISTS (SELECT 1 FROM cluster_leases AS l
                    WHERE l.name = 'topic-replay' AND l.holder = r.id::text AND l.expires_at > clock_timestamp())""";

    private static final String SELECT = """
            SELECT r.id, r.requested_at, r.requested_by, r.replica, r.from_, r.topics, r.dry_run, r.cancel_requested,
                   r.records_total, r.records_read, r.counts, r.error, r.finished_at,
                   CASE WHEN r.status = 'running' AND NOT %s THEN 'interrupted' ELSE r.status END AS status,
            """.formatted(UNDER_WAY);

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    /** For what HTTP clients read. */
    @Resource(lookup = "jdbc/registry-reads")
    private DataSource reads;

    /**
     * Notes a replay that begins. Whoever calls holds the lease under the replay's id, so that any other that seems to
     * run does not. Old ones are forgotten.
     */
    public void begin(TopicReplay replay) {
        execute("UPDATE topic_replays SET status = 'interrupted', finished_at = now() WHERE status = 'running'");
        execute(
                "DELETE FROM topic_replays WHERE id IN"
                        + " (SELECT id FROM topic_replays ORDER BY requested_at DESC, id OFFSET " + (KEPT - 1) + ")");
        execute(
                """
                INSERT INTO topic_replays
                    (id, requested_at, requested_by, replica, from_, topics, dry_run, records_total)
                VALUES (?::uuid, ?::timestamptz, ?, ?, ?::jsonb, ?::jsonb, ?::boolean, ?::bigint)
                """,
                replay.id(), replay.requestedAt(), replay.requestedBy(), replay.replica(), replay.from(),
                replay.topics(), replay.dryRun(), replay.recordsTotal());
    }

    /** Notes how far a replay has come; tells whether it shall go on. */
    public boolean progress(UUID id, long recordsRead, JsonNode counts) {
        return execute(
                """
                UPDATE topic_replays SET records_read = ?::bigint, counts = ?::jsonb
                WHERE id = ?::uuid AND status = 'running' AND NOT cancel_requested
                """,
                recordsRead, counts, id)
                > 0;
    }

    /** Notes that a replay has ended, how, and how far it came. */
    public void finish(
            UUID id, String status, long recordsRead, JsonNode counts, JsonNode differences, String error) {
        execute(
                """
                UPDATE topic_replays
                SET status = ?, records_read = ?::bigint, counts = ?::jsonb, differences = ?::jsonb, error = ?,
                    finished_at = now()
                WHERE id = ?::uuid AND status = 'running'
                """,
                status, recordsRead, counts, differences, error, id);
    }

    /** Asks a replay to end; false when it has ended already. */
    public boolean cancel(UUID id) {
        String sql = "UPDATE topic_replays AS r SET cancel_requested = TRUE"
                + " WHERE r.id = ?::uuid AND r.status = 'running' AND " + UNDER_WAY;
        return execute(sql, id) > 0;
    }

    /** Whether a replay changes rows now, on any replica; one whose replica has died does until its lease ends. */
    public boolean writing() {
        String sql = "SELECT 1 FROM topic_replays AS r WHERE r.status = 'running' AND NOT r.dry_run AND " + UNDER_WAY;
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(sql);
                ResultSet row = query.executeQuery()) {
            return row.next();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** One replay with its differences. */
    public Optional<TopicReplay> find(UUID id) {
        return select(SELECT + "r.differences FROM topic_replays AS r WHERE r.id = ?::uuid", id).stream().findFirst();
    }

    /** All replays that are kept, newest first, without their differences. */
    public List<TopicReplay> list() {
        return select(SELECT + "NULL AS differences FROM topic_replays AS r ORDER BY r.requested_at DESC, r.id");
    }

    private List<TopicReplay> select(String sql, Object... parameters) {
        try (Connection connection = reads.getConnection();
                PreparedStatement query = bound(connection, sql, parameters);
                ResultSet row = query.executeQuery()) {
            List<TopicReplay> replays = new ArrayList<>();
            while (row.next()) {
                replays.add(new TopicReplay(
                        row.getObject("id", UUID.class),
                        instant(row, "requested_at"),
                        row.getString("requested_by"),
                        row.getString("replica"),
                        json(row, "from_"),
                        json(row, "topics"),
                        row.getBoolean("dry_run"),
                        row.getString("status"),
                        row.getBoolean("cancel_requested"),
                        row.getLong("records_total"),
                        row.getLong("records_read"),
                        json(row, "counts"),
                        json(row, "differences"),
                        row.getString("error"),
                        instant(row, "finished_at")));
            }
            return replays;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private int execute(String sql, Object... parameters) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = bound(connection, sql, parameters)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static PreparedStatement bound(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setString(i + 1, parameters[i] == null ? null : parameters[i].toString());
        }
        return statement;
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static JsonNode json(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        try {
            return text == null ? null : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL gave JSON that is none", e);
        }
    }
}
