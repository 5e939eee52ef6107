// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.History.Noted;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** Forgets nodes. Safe from many threads and replicas; every call is a transaction of its own. */
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
    private static final String OWNER = "DELETE FROM node_owners WHERE node_id = ?";

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
            int owners = update(connection, OWNER, nodeId);
            if (known) {
                History.note(
                        connection, List.of(new Noted(nodeId, "departed", actor, correlationId)), settings.retention());
                update(connection, ROW, nodeId);
            }
            return known || owners > 0;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static int update(Connection connection, String sql, String nodeId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, nodeId);
            return statement.executeUpdate();
        }
    }
}
