// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.store.jdbc.BatchStatement;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Where Consul and PostgreSQL were last found to disagree. The leader writes it, and only while the token it gives is
 * still its own. Safe from many threads and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class DriftRepository {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String FORGET = """
            DELETE FROM catalog_drift AS d
            WHERE NOT EXISTS (
                SELECT 1
                FROM unnest(?::text[], ?::text[], ?::text[]) AS i (node_id, kind, consul_node)
                WHERE i.node_id = d.node_id AND i.kind = d.kind AND i.consul_node = d.consul_node)
            """;

    private static final String NOTE = """
            INSERT INTO catalog_drift AS d (node_id, kind, consul_node, since, fields, action, reason)
            SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::jsonb[], ?::text[], ?::text[])
            ON CONFLICT (node_id, kind, consul_node) DO UPDATE
            SET fields = EXCLUDED.fields, action = EXCLUDED.action, reason = EXCLUDED.reason
            """;

    private static final String CHECKED = """
            INSERT INTO catalog_check (checked_at, replica, dry_run, next_pass_at, nodes, entries, deletions_blocked)
            VALUES (?::timestamptz, ?, ?, ?::timestamptz, ?, ?, ?)
            ON CONFLICT (only_row) DO UPDATE
            SET checked_at = EXCLUDED.checked_at, replica = EXCLUDED.replica, dry_run = EXCLUDED.dry_run,
                next_pass_at = EXCLUDED.next_pass_at, nodes = EXCLUDED.nodes, entries = EXCLUDED.entries,
                deletions_blocked = EXCLUDED.deletions_blocked
            """;

    private static final String PAGE = """
            SELECT w.*
            FROM (SELECT d.*, count(*) OVER () AS rows_found, row_number() OVER key AS place,
                         sum(500 + octet_length(fields::text)) OVER key AS bytes_through
                  FROM (SELECT node_id, kind, consul_node, since, fields, action, reason
                        FROM catalog_drift
                        WHERE (node_id, kind, consul_node) > (?, ?, ?) AND (? = '' OR kind = ?)
                        ORDER BY node_id, kind, consul_node
                        LIMIT ?) AS d
                  WINDOW key AS (ORDER BY node_id, kind, consul_node)) AS w
            WHERE w.bytes_through <= ? OR w.place = 1
            ORDER BY w.place
            """;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    /** For what HTTP clients read. */
    @Resource(lookup = "jdbc/registry-reads")
    private DataSource reads;

    /**
     * Takes down what a comparison has found, as the leader; what it has not found is forgotten.
     *
     * @return whether it was taken down; not when the token is not the leader's any more
     */
    public boolean note(Collection<Drift> found, CatalogCheck check, long token) {
        Map<Drift.Key, Drift> byKey = new LinkedHashMap<>();
        found.forEach(drift -> byKey.putIfAbsent(drift.key(), drift));
        List<Drift> drifts = List.copyOf(byKey.values());
        try (Connection connection = dataSource.getConnection()) {
            if (!LeaderFence.holds(connection, token)) {
                return false;
            }
            try (var forget = new BatchStatement<>(connection, FORGET, drifts);
                    var note = new BatchStatement<>(connection, NOTE, drifts);
                    PreparedStatement checked = connection.prepareStatement(CHECKED)) {
                key(forget);
                forget.bound().executeUpdate();
                key(note).time(Drift::since).text(drift -> json(drift.fields()))
                        .text(drift -> drift.action().wireName()).text(Drift::reason);
                note.bound().executeUpdate();
                checked.setString(1, check.checkedAt().toString());
                checked.setString(2, check.replica());
                checked.setBoolean(3, check.dryRun());
                checked.setString(4, check.nextPassAt().toString());
                checked.setLong(5, check.nodes());
                checked.setLong(6, check.entries());
                checked.setString(7, check.deletionsBlocked());
                checked.executeUpdate();
            }
            return true;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Since when each disagreement has been known. */
    public Map<Drift.Key, Instant> since() {
        String sql = "SELECT node_id, kind, consul_node, since FROM catalog_drift";
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(sql);
                ResultSet row = query.executeQuery()) {
            Map<Drift.Key, Instant> since = new HashMap<>();
            while (row.next()) {
                since.put(
                        new Drift.Key(row.getString("node_id"), kind(row), row.getString("consul_node")),
                        row.getTimestamp("since").toInstant());
            }
            return since;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /**
     * What the last comparison has found, in the order of {@link Drift.Key}.
     *
     * @param kind only this kind, or {@code null} for all
     * @param after begins after this one; {@code null} for the first page
     * @param bytes the most bytes; a single one may be longer
     */
    public Page page(Drift.Kind kind, Drift.Key after, int limit, long bytes) {
        String only = kind == null ? "" : kind.wireName();
        try (Connection connection = reads.getConnection();
                PreparedStatement query = connection.prepareStatement(PAGE)) {
            query.setString(1, after == null ? "" : after.nodeId());
            query.setString(2, after == null ? "" : after.kind().wireName());
            query.setString(3, after == null ? "" : after.consulNode());
            query.setString(4, only);
            query.setString(5, only);
            query.setInt(6, limit + 1);
            query.setLong(7, bytes);
            List<Drift> drifts = new ArrayList<>();
            long found = 0;
            try (ResultSet row = query.executeQuery()) {
                while (row.next() && drifts.size() < limit) {
                    found = row.getLong("rows_found");
                    drifts.add(new Drift(
                            row.getString("node_id"), kind(row), row.getString("consul_node"),
                            row.getTimestamp("since").toInstant(), fields(row.getString("fields")),
                            Drift.Action.ofWireName(row.getString("action")), row.getString("reason")));
                }
            }
            return new Page(drifts, found > drifts.size());
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** How many there are of each kind; every kind is in the answer. */
    public Map<Drift.Kind, Long> counts() {
        Map<Drift.Kind, Long> counts = new EnumMap<>(Drift.Kind.class);
        for (Drift.Kind kind : Drift.Kind.values()) {
            counts.put(kind, 0L);
        }
        try (Connection connection = reads.getConnection();
                PreparedStatement query =
                        connection.prepareStatement("SELECT kind, count(*) AS nodes FROM catalog_drift GROUP BY kind");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                counts.put(kind(row), row.getLong("nodes"));
            }
            return counts;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** The last comparison; empty before the first. */
    public Optional<CatalogCheck> lastCheck() {
        try (Connection connection = reads.getConnection();
                PreparedStatement query = connection.prepareStatement("SELECT * FROM catalog_check");
                ResultSet row = query.executeQuery()) {
            return row.next()
                    ? Optional.of(new CatalogCheck(
                            row.getTimestamp("checked_at").toInstant(), row.getString("replica"),
                            row.getBoolean("dry_run"), row.getTimestamp("next_pass_at").toInstant(),
                            row.getLong("nodes"), row.getLong("entries"), row.getString("deletions_blocked")))
                    : Optional.empty();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** @param more whether there are more behind the last */
    public record Page(List<Drift> drifts, boolean more) {}

    private static BatchStatement<Drift> key(BatchStatement<Drift> statement) throws SQLException {
        return statement.text(Drift::nodeId).text(drift -> drift.kind().wireName()).text(Drift::consulNode);
    }

    private static Drift.Kind kind(ResultSet row) throws SQLException {
        return Drift.Kind.ofWireName(row.getString("kind")).orElseThrow();
    }

    private static String json(List<Drift.Field> fields) {
        try {
            // what somebody wrote into Consul by hand may have U+0000, which JSONB does not keep
            return JSON.writeValueAsString(fields).replace("\\u0000", "\\uFFFD");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Drift.Field> fields(String json) {
        try {
            return JSON.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
