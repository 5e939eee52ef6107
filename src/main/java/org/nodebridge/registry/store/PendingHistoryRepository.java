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
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.History.Noted;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Notes in the history what nodes are that changed more often than the history notes. Safe from many threads and
 * replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class PendingHistoryRepository {

    private static final String DUE = """
            SELECT c.tool_id, c.history_pending
            FROM tool_registrations AS c
            WHERE c.history_pending IS NOT NULL
              AND (:last > now() - make_interval(secs => :interval)) IS NOT TRUE
            ORDER BY c.tool_id
            LIMIT ?
            FOR NO KEY UPDATE SKIP LOCKED
            """;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    @Inject
    private RegistrySettings settings;

    /**
     * Notes nodes that may be noted again.
     *
     * @param most the most nodes
     * @return how many there were
     */
    public int note(int most) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement due = connection.prepareStatement(History.with(settings.retention(), DUE))) {
            due.setInt(1, most);
            List<Noted> changes = new ArrayList<>();
            try (ResultSet row = due.executeQuery()) {
                while (row.next()) {
                    changes.add(new Noted(row.getString("tool_id"), row.getString("history_pending"), null, null));
                }
            }
            History.note(connection, changes, settings.retention());
            return changes.size();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }
}
