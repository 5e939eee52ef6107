// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** Reads what has become of nodes. Safe from many threads; every call is a transaction of its own. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class RegistrationHistoryRepository {

    private static final int FIRST_CHUNK = 16;

    private static final String HEARD_OF = """
            SELECT EXISTS (SELECT 1 FROM tool_registrations WHERE tool_id = ?)
                OR EXISTS (SELECT 1 FROM registration_history WHERE tool_id = ?)
            """;

    @Resource(lookup = "jdbc/registry-reads")
    private DataSource dataSource;

    /**
     * The node's changes, newest first; none where none is kept any more, or ever was.
     *
     * @param before only those of a lower revision; {@link Long#MAX_VALUE} for the newest
     * @param limit the most changes
     * @param bytes the most bytes; a single change may be longer
     */
    public Page changes(String nodeId, long before, int limit, long bytes) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(HistorySql.OF_NODE)) {
            List<RegistrationChange> changes = new ArrayList<>();
            long last = before;
            long used = 0;
            // a few at first: all of them are weighed before any is given
            int chunk = Math.min(limit + 1, FIRST_CHUNK);
            while (true) {
                query.setString(1, nodeId);
                query.setLong(2, last);
                query.setInt(3, chunk);
                query.setLong(4, Math.max(1, bytes - used));
                boolean full = used >= bytes; // and all that is asked is whether there is more
                int rows = 0;
                long found = 0;
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        changes.add(change(row));
                        used += row.getLong("bytes");
                        found = row.getLong("rows_found");
                        rows++;
                    }
                }
                if (changes.size() > limit || full && rows > 0) {
                    return new Page(changes.subList(0, changes.size() - 1), true);
                }
                if (found > rows || rows < chunk) {
                    return new Page(changes, found > rows);
                }
                last = changes.get(changes.size() - 1).revision();
                chunk = (int) Math.max(1,
                        Math.min(limit + 1L - changes.size(), (bytes - used) * changes.size() / used));
            }
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
        String fields = row.getString("changed_fields");
        return new RegistrationChange(
                row.getLong("revision"), row.getString("change"), row.getString("reason"), row.getString("status"),
                row.getString("check_status"), row.getObject("epoch", Long.class),
                row.getObject("event_id", UUID.class),
                row.getObject("event_timestamp", OffsetDateTime.class).toInstant(), row.getString("correlation_id"),
                row.getString("actor"),
                row.getObject("changed_at", OffsetDateTime.class).toInstant(),
                fields == null ? List.of() : List.of(fields.split(",")), row.getString("content"));
    }

    /** @param more whether there are older changes */
    public record Page(List<RegistrationChange> changes, boolean more) {}
}
