// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.topology;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Up to which revision the changes are on the topology topic. Read and written by the leader alone; every call is a
 * transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class TopologyRepository {

    private static final String READ = "SELECT history_id, revision FROM topology_published";

    /** Never backwards: a leader that has lost a race with itself must not undo what it has noted. */
    private static final String ADVANCE = """
            UPDATE topology_published
            SET revision = GREATEST(revision, ?), published_at = clock_timestamp()
            """;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    /** How far the topic is known to be; empty when the token is not the leader's. */
    public Optional<Published> published(long token) {
        try (Connection connection = dataSource.getConnection()) {
            if (!LeaderFence.holds(connection, token)) {
                return Optional.empty();
            }
            try (PreparedStatement query = connection.prepareStatement(READ);
                    ResultSet row = query.executeQuery()) {
                row.next();
                return Optional.of(new Published(row.getObject("history_id", UUID.class), row.getLong("revision")));
            }
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Notes that the topic has all changes up to the revision; false when the token is not the leader's any more. */
    public boolean advance(long revision, long token) {
        try (Connection connection = dataSource.getConnection()) {
            if (!LeaderFence.holds(connection, token)) {
                return false;
            }
            try (PreparedStatement update = connection.prepareStatement(ADVANCE)) {
                update.setLong(1, revision);
                update.executeUpdate();
                return true;
            }
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /**
     * How far the topic is.
     *
     * @param historyId of the history that the revision belongs to
     */
    public record Published(UUID historyId, long revision) {}
}
