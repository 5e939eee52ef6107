// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.History.Noted;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Forgets nodes, or their owners alone. Safe from many threads and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ForgottenNodesRepository {

    private static final String DEPART = """
            UPDATE tool_registrations
            SET status = 'departed', status_reason = 'forgotten', revision = revision + 1, updated_at = now()
            WHERE tool_id = ?
            """;

    private static final String ROW = "DELETE FROM tool_registrations WHERE tool_id = ?";
    private static final String OWNER = "DELETE FROM node_owners WHERE node_id = ? RETURNING owner, since";
    private static final String OWNER_RELEASED = "owner_released";

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    @Inject
    private RegistrySettings settings;

    /**
     * Removes the node's row or tombstone, and its owner. The history keeps that, with who asked for it: it is what
     * watchers and auditors read.
     *
     * @param actor who asks for it
     * @param correlationId of the request; {@code null} for none
     * @return whether anything was known of the node
     */
    public boolean forget(String nodeId, String actor, String correlationId) {
        try (Connection connection = dataSource.getConnection()) {
            RowLocks.take(connection, List.of(nodeId));
            boolean known = update(connection, DEPART, nodeId) > 0;
            boolean owned = removeOwner(connection, nodeId).isPresent();
            if (known) {
                History.note(
                        connection, List.of(new Noted(nodeId, "departed", actor, correlationId)), settings.retention());
                update(connection, ROW, nodeId);
            } else if (owned) {
                History.noteWithoutRow(
                        connection, new Noted(nodeId, OWNER_RELEASED, actor, correlationId), "forgotten");
            }
            return known || owned;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /**
     * Takes a node's owner from it, so that the next one that vouches for it becomes its owner. The history keeps that,
     * also of a node without a row.
     *
     * @param actor who asks for it
     * @param correlationId of the request; {@code null} for none
     * @return whose it was; empty when it had no owner, and nothing is done
     */
    public Optional<ReleasedOwner> releaseOwner(String nodeId, String actor, String correlationId) {
        try (Connection connection = dataSource.getConnection()) {
            boolean known = !RowLocks.take(connection, List.of(nodeId)).isEmpty();
            Optional<ReleasedOwner> released = removeOwner(connection, nodeId);
            if (released.isPresent()) {
                Noted change = new Noted(nodeId, OWNER_RELEASED, actor, correlationId);
                if (known) {
                    History.note(connection, List.of(change), settings.retention());
                } else {
                    History.noteWithoutRow(connection, change, null);
                }
            }
            return released;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static Optional<ReleasedOwner> removeOwner(Connection connection, String nodeId) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(OWNER)) {
            delete.setString(1, nodeId);
            try (ResultSet row = delete.executeQuery()) {
                return row.next()
                        ? Optional.of(new ReleasedOwner(
                                row.getString("owner"), row.getObject("since", OffsetDateTime.class).toInstant()))
                        : Optional.empty();
            }
        }
    }

    private static int update(Connection connection, String sql, String nodeId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, nodeId);
            return statement.executeUpdate();
        }
    }

    /**
     * Whose a node was.
     *
     * @param since when it became so
     */
    public record ReleasedOwner(String owner, Instant since) {}
}
