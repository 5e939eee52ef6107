// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** Reads what has become of nodes. Safe from many threads; every call is a transaction of its own. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class RegistrationHistoryRepository {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** With each change what the node was before it, and what it had last said of itself. */
    private static final String CHANGES = """
            SELECT h.*, before.node_type AS type_before, before.status AS status_before,
                   before.check_status AS check_before, said.content AS content_before
            FROM registration_history AS h
            LEFT JOIN LATERAL (
                SELECT b.node_type, b.status, b.check_status
                FROM registration_history AS b
                WHERE b.tool_id = h.tool_id AND b.revision < h.revision
                ORDER BY b.revision DESC
                LIMIT 1) AS before ON TRUE
            LEFT JOIN LATERAL (
                SELECT b.content
                FROM registration_history AS b
                WHERE b.tool_id = h.tool_id AND b.revision < h.revision AND b.content IS NOT NULL
                ORDER BY b.revision DESC
                LIMIT 1) AS said ON h.content IS NOT NULL
            WHERE h.tool_id = ? AND h.revision < ?
            ORDER BY h.revision DESC
            LIMIT ?
            """;

    private static final String HEARD_OF = """
            SELECT EXISTS (SELECT 1 FROM tool_registrations WHERE tool_id = ?)
                OR EXISTS (SELECT 1 FROM registration_history WHERE tool_id = ?)
            """;

    @Resource(lookup = "jdbc/registry-reads")
    private DataSource dataSource;

    /**
     * The node's changes, newest first; empty where none is kept any more, or ever was.
     *
     * @param before only those of a lower revision; {@link Long#MAX_VALUE} for the newest
     * @param limit the most changes
     */
    public List<RegistrationChange> changes(String nodeId, long before, int limit) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(CHANGES)) {
            query.setString(1, nodeId);
            query.setLong(2, before);
            query.setInt(3, limit);
            List<RegistrationChange> changes = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    changes.add(change(row));
                }
            }
            return changes;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Whether there is anything of the node, be it a tombstone or a change that is still kept. */
    public boolean heardOf(String nodeId) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(HEARD_OF)) {
            query.setString(1, nodeId);
            query.setString(2, nodeId);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static RegistrationChange change(ResultSet row) throws SQLException {
        JsonNode content = json(row.getString("content"));
        List<String> changed = ChangedFields.of(json(row.getString("content_before")), content);
        ChangedFields.add(changed, "node_type", row.getString("type_before"), row.getString("node_type"));
        ChangedFields.add(changed, "status", row.getString("status_before"), row.getString("status"));
        ChangedFields.add(changed, "health", row.getString("check_before"), row.getString("check_status"));
        return new RegistrationChange(
                row.getLong("revision"), row.getString("change"), row.getString("reason"), row.getString("status"),
                row.getString("check_status"), row.getObject("epoch", Long.class),
                row.getObject("event_id", UUID.class),
                GregorianTime.of(row.getTimestamp("event_timestamp").toInstant()),
                row.getString("correlation_id"), row.getString("actor"), row.getTimestamp("changed_at").toInstant(),
                changed, content);
    }

    private static JsonNode json(String text) {
        try {
            return text == null ? null : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
