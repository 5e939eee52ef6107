// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Looks at PostgreSQL and changes it by plain SQL, not by what is under test. */
public final class Rows {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final DataSource dataSource;

    public Rows(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** The node's row with all its columns; missing when there is none. */
    public JsonNode of(String nodeId) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT row_to_json(q)::text FROM (SELECT r.*, p.tool_id IS NOT NULL AS pending, p.refusal"
                                + " FROM tool_registrations AS r LEFT JOIN pending_writes AS p USING (tool_id)) AS q"
                                + " WHERE tool_id = ?")) {
            select.setString(1, nodeId);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? JSON.readTree(rows.getString(1)) : JSON.missingNode();
            }
        } catch (SQLException | JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A column of the node's row that is a time. */
    public Instant time(String nodeId, String column) {
        return OffsetDateTime.parse(of(nodeId).path(column).asText()).toInstant();
    }

    /** The only value that the query finds. */
    public long number(String sql) {
        return numbers(sql).get(0);
    }

    /** The numbers that the query finds, in its order. */
    public List<Long> numbers(String sql) {
        return texts(sql).stream().map(text -> text == null ? 0 : Long.parseLong(text)).toList();
    }

    /** The only value that the query finds. */
    public String text(String sql) {
        return texts(sql).get(0);
    }

    /** The texts that the query finds, in its order. */
    public List<String> texts(String sql) {
        List<String> texts = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public void execute(String sql) {
        try (Connection connection = dataSource.getConnection()) {
            connection.createStatement().execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
