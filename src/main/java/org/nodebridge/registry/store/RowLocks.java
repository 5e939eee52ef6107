package org.nodebridge.registry.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/**
 * Locks the rows of a batch in the order of their ids before anything is written. An UPDATE takes its rows in whatever
 * order the plan has, so that two batches about the same nodes would often each hold what the other waits for; and
 * PostgreSQL looks for that only after a second.
 */
final class RowLocks {

    private static final String LOCK = """
            SELECT 1
            FROM tool_registrations AS r
            WHERE r.tool_id = ANY (?::text[])
            ORDER BY r.tool_id
            FOR NO KEY UPDATE
            """;

    private RowLocks() {}

    /** Holds the rows that are there until the transaction ends. */
    static void take(Connection connection, Collection<String> nodeIds) throws SQLException {
        try (var lock = new BatchStatement<>(connection, LOCK, List.copyOf(nodeIds))) {
            lock.text(nodeId -> nodeId);
            lock.bound().execute();
        }
    }
}
