// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

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
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.store.jdbc.BatchStatement;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * The cohorts whose expiry is held, and the leader's last look at the leases. The leader writes it, only while the
 * token it gives is still its own; any replica shows it and takes an operator's confirmation. Safe from many threads
 * and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class PreservationRepository {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String END = """
            DELETE FROM preservation_holds AS h
            WHERE NOT EXISTS (SELECT 1 FROM unnest(?::text[], ?::text[]) AS i (node_type, region)
                              WHERE i.node_type = h.node_type AND i.region = h.region)
            """;

    private static final String HOLD = """
            INSERT INTO preservation_holds AS h (node_type, region, since, size, fallen, held, held_nodes)
            SELECT i.node_type, i.region, now(), i.size, i.fallen, i.held, i.held_nodes
            FROM unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::jsonb[])
                AS i (node_type, region, size, fallen, held, held_nodes)
            ON CONFLICT (node_type, region) DO UPDATE
            SET size = EXCLUDED.size, fallen = EXCLUDED.fallen, held = EXCLUDED.held, held_nodes = EXCLUDED.held_nodes
            """;

    private static final String LOOKED = """
            INSERT INTO lease_look AS l (looked_at, replica, blocked, blocked_since)
            VALUES (now(), ?, ?, CASE WHEN ?::text IS NOT NULL THEN now() END)
            ON CONFLICT (only_row) DO UPDATE
            SET looked_at = now(), replica = EXCLUDED.replica, blocked = EXCLUDED.blocked,
                blocked_since = CASE WHEN EXCLUDED.blocked IS NOT NULL THEN COALESCE(l.blocked_since, now()) END
            """;

    private static final String CONFIRM = """
            UPDATE preservation_holds
            SET confirmed_at = now(), confirmed_by = ?
            WHERE (?::text IS NULL OR node_type = ?) AND (?::text IS NULL OR region = ?)
            RETURNING held
            """;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    /** For what HTTP clients read. */
    @Resource(lookup = "jdbc/registry-reads")
    private DataSource reads;

    /** The cohorts that are held, the longest held first. */
    public List<PreservationHold> holds() {
        return holds(dataSource);
    }

    /** The same for HTTP clients. */
    public List<PreservationHold> shownHolds() {
        return holds(reads);
    }

    private static List<PreservationHold> holds(DataSource source) {
        try (Connection connection = source.getConnection();
                PreparedStatement query = connection.prepareStatement(
                        "SELECT * FROM preservation_holds ORDER BY since, node_type, region");
                ResultSet row = query.executeQuery()) {
            List<PreservationHold> holds = new ArrayList<>();
            while (row.next()) {
                holds.add(new PreservationHold(
                        new Cohort.Key(row.getString("node_type"), row.getString("region")),
                        instant(row, "since"),
                        row.getInt("size"),
                        row.getInt("fallen"),
                        row.getInt("held"),
                        ids(row.getString("held_nodes")),
                        instant(row, "confirmed_at"),
                        row.getString("confirmed_by")));
            }
            return holds;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /**
     * Takes down which cohorts are held, as the leader; those that are not given are held no longer. One that was held
     * before keeps its beginning and its confirmation.
     *
     * @param holds their beginnings and confirmations are not looked at
     * @param blocked why nothing may expire at all, or {@code null}
     */
    public void looked(List<PreservationHold> holds, String blocked, String replica, long token) {
        try (Connection connection = dataSource.getConnection()) {
            if (!LeaderFence.holds(connection, token)) {
                return;
            }
            try (PreparedStatement looked = connection.prepareStatement(LOOKED)) {
                looked.setString(1, replica);
                looked.setString(2, blocked);
                looked.setString(3, blocked);
                looked.executeUpdate();
            }
            if (blocked != null) {
                return; // what is held stays so until it can be looked at again
            }
            try (var end = new BatchStatement<>(connection, END, holds);
                    var hold = new BatchStatement<>(connection, HOLD, holds)) {
                cohort(end).bound().executeUpdate();
                cohort(hold).bigint(h -> (long) h.size()).bigint(h -> (long) h.fallen()).bigint(h -> (long) h.held())
                        .text(h -> json(h.heldNodes()));
                hold.bound().executeUpdate();
            }
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static BatchStatement<PreservationHold> cohort(BatchStatement<PreservationHold> statement)
            throws SQLException {
        return statement.text(hold -> hold.cohort().nodeType()).text(hold -> hold.cohort().region());
    }

    /**
     * Notes that the held nodes are gone indeed; the leader gives them up at its next look.
     *
     * @param nodeType only cohorts of this type, or {@code null}
     * @param region only cohorts of this region, or {@code null}
     * @return how many nodes each cohort held that is confirmed now
     */
    public List<Integer> confirm(String nodeType, String region, String by) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement confirm = connection.prepareStatement(CONFIRM)) {
            confirm.setString(1, by);
            confirm.setString(2, nodeType);
            confirm.setString(3, nodeType);
            confirm.setString(4, region);
            confirm.setString(5, region);
            List<Integer> held = new ArrayList<>();
            try (ResultSet row = confirm.executeQuery()) {
                while (row.next()) {
                    held.add(row.getInt("held"));
                }
            }
            return held;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** The leader's last look at the leases; empty before the first. */
    public Optional<Look> lastLook() {
        try (Connection connection = reads.getConnection();
                PreparedStatement query = connection.prepareStatement("SELECT * FROM lease_look");
                ResultSet row = query.executeQuery()) {
            return row.next()
                    ? Optional.of(new Look(
                            instant(row, "looked_at"), row.getString("replica"), row.getString("blocked"),
                            instant(row, "blocked_since")))
                    : Optional.empty();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    private static String json(List<String> ids) {
        try {
            return JSON.writeValueAsString(ids);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> ids(String json) {
        try {
            return JSON.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param blocked why nothing could expire, or {@code null}
     * @param blockedSince since when, or {@code null}
     */
    public record Look(Instant lookedAt, String replica, String blocked, Instant blockedSince) {}
}
