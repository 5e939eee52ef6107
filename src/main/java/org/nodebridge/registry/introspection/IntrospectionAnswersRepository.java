// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Introspection requests that somebody waits for, and who has answered them, on whatever replica the answer was read.
 * Times are PostgreSQL's. Safe from many threads and replicas; every call is a transaction of its own, {@link #note} is
 * two.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class IntrospectionAnswersRepository {

    private static final String OPEN = """
            INSERT INTO introspection_requests (correlation_id, expires_at)
            VALUES (?, clock_timestamp() + make_interval(secs => ?))
            """;

    private static final String EXPECTED = """
            SELECT tool_id, node_type
            FROM tool_registrations
            WHERE status IN ('active', 'suspect') AND (?::text[] IS NULL OR node_type = ANY (?::text[]))
            ORDER BY tool_id
            """;

    private static final String ANY_OPEN =
            "SELECT EXISTS (SELECT 1 FROM introspection_requests WHERE expires_at > clock_timestamp())";

    private static final String NOTE = """
            INSERT INTO introspection_answers (correlation_id, node_id, node_type, answered_at)
            SELECT DISTINCT ON (r.correlation_id, a.node_id) r.correlation_id, a.node_id, a.node_type, clock_timestamp()
            FROM unnest(?::text[], ?::text[], ?::text[]) AS a (correlation_id, node_id, node_type)
            JOIN introspection_requests AS r ON r.correlation_id = a.correlation_id AND r.expires_at > clock_timestamp()
            ORDER BY r.correlation_id, a.node_id
            ON CONFLICT DO NOTHING
            """;

    private static final String ANSWERS = """
            SELECT a.node_id, a.node_type, EXTRACT(EPOCH FROM a.answered_at - r.requested_at) * 1000 AS after_ms
            FROM introspection_answers AS a
            JOIN introspection_requests AS r ON r.correlation_id = a.correlation_id
            WHERE a.correlation_id = ?
            ORDER BY a.answered_at, a.node_id
            """;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    /**
     * Opens a request, so that answers to it are noted from now on.
     *
     * @param types of the nodes that are asked; {@code null} for all
     * @return the nodes that are registered now and are asked, with their types, in the order of their ids
     * @throws StoreRefusedException when a request with this correlation id is open already
     */
    public Map<String, String> open(String correlationId, Collection<String> types, Duration timeout) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(OPEN);
                PreparedStatement expected = connection.prepareStatement(EXPECTED)) {
            insert.setString(1, correlationId);
            insert.setDouble(2, timeout.toMillis() / 1000.0);
            insert.executeUpdate();
            Array wanted = types == null ? null : connection.createArrayOf("text", types.toArray(String[]::new));
            expected.setArray(1, wanted);
            expected.setArray(2, wanted);
            Map<String, String> nodes = new LinkedHashMap<>();
            try (ResultSet rows = expected.executeQuery()) {
                while (rows.next()) {
                    nodes.put(rows.getString("tool_id"), rows.getString("node_type"));
                }
            }
            return nodes;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Notes those of the introductions that answer an open request; costs one question while none is. */
    @Transactional(TxType.NOT_SUPPORTED)
    public void note(List<Introduction> introductions) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement anyOpen = connection.prepareStatement(ANY_OPEN);
                PreparedStatement insert = connection.prepareStatement(NOTE);
                ResultSet open = anyOpen.executeQuery()) {
            open.next();
            if (!open.getBoolean(1)) {
                return;
            }
            insert.setArray(1, column(connection, introductions, Introduction::correlationId));
            insert.setArray(2, column(connection, introductions, Introduction::nodeId));
            insert.setArray(3, column(connection, introductions, Introduction::nodeType));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Who has answered so far, in the order of the answers. */
    public List<Answer> answers(String correlationId) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(ANSWERS)) {
            query.setString(1, correlationId);
            List<Answer> answers = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    answers.add(new Answer(
                            rows.getString("node_id"), rows.getString("node_type"),
                            Math.round(rows.getDouble("after_ms"))));
                }
            }
            return answers;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Ends a request; later answers are ordinary introductions. */
    public void close(String correlationId) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM introspection_requests WHERE correlation_id = ?")) {
            delete.setString(1, correlationId);
            delete.executeUpdate();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Removes requests that nobody has ended, because their replica died; returns how many. */
    public int prune() {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement delete = connection.prepareStatement(
                        "DELETE FROM introspection_requests WHERE expires_at < now() - interval '5 minutes'")) {
            return delete.executeUpdate();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static Array column(
            Connection connection, List<Introduction> introductions, Function<Introduction, String> value)
            throws SQLException {
        return connection.createArrayOf("text", introductions.stream().map(value).toArray(String[]::new));
    }

    /** An introduction that may be an answer. */
    public record Introduction(String correlationId, String nodeId, String nodeType) {}

    /** @param afterMs milliseconds from the opening of the request until the answer was in PostgreSQL */
    public record Answer(String nodeId, String nodeType, long afterMs) {}
}
