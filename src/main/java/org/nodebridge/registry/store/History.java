package org.nodebridge.registry.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Notes what a transaction has changed, as its last act. */
final class History {

    private History() {}

    /** @param changes node id and kind of change, of each node one at most */
    static void note(Connection connection, List<Map.Entry<String, String>> changes) throws SQLException {
        if (!changes.isEmpty()) {
            try (var history = new BatchStatement<>(connection, RegistrationSql.HISTORY, changes)) {
                history.text(Map.Entry::getKey).text(Map.Entry::getValue);
                history.bound().executeUpdate();
            }
        }
    }
}
