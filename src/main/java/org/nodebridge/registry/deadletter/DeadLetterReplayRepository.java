// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.nodebridge.registry.store.jdbc.BatchStatement;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** Which dead letters have been replayed, and what became of them. Every call is a transaction of its own. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class DeadLetterReplayRepository {

    private static final String FIND = """
            SELECT topic, partition, offset_, dead_lettered_at, outcome, detail, replayed_at, replayed_by
            FROM dead_letter_replays
            WHERE topic = ? AND partition = ? AND offset_ BETWEEN ? AND ?
            """;

    private static final String NOTE = """
            INSERT INTO dead_letter_replays
                (topic, partition, offset_, dead_lettered_at, outcome, detail, replayed_at, replayed_by)
            SELECT * FROM unnest(?::text[], ?::integer[], ?::bigint[], ?::timestamptz[], ?::text[], ?::text[],
                                 ?::timestamptz[], ?::text[])
            ON CONFLICT (topic, partition, offset_) DO UPDATE
            SET dead_lettered_at = EXCLUDED.dead_lettered_at,
                outcome = EXCLUDED.outcome,
                detail = EXCLUDED.detail,
                replayed_at = EXCLUDED.replayed_at,
                replayed_by = EXCLUDED.replayed_by
            """;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    /** What callers ask for; the intake's connections are not theirs. */
    @Resource(lookup = "jdbc/registry-reads")
    private DataSource reads;

    /** By its offset, each letter of that stretch of a dead-letter topic that has been replayed. */
    public Map<Long, ReplayedDeadLetter> find(String topic, int partition, long firstOffset, long lastOffset) {
        try (Connection connection = reads.getConnection();
                PreparedStatement query = connection.prepareStatement(FIND)) {
            query.setString(1, topic);
            query.setInt(2, partition);
            query.setLong(3, firstOffset);
            query.setLong(4, lastOffset);
            Map<Long, ReplayedDeadLetter> found = new HashMap<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.put(row.getLong("offset_"), new ReplayedDeadLetter(
                            row.getString("topic"),
                            row.getInt("partition"),
                            row.getLong("offset_"),
                            row.getObject("dead_lettered_at", OffsetDateTime.class).toInstant(),
                            row.getString("outcome"),
                            row.getString("detail"),
                            row.getObject("replayed_at", OffsetDateTime.class).toInstant(),
                            row.getString("replayed_by")));
                }
            }
            return found;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Notes what became of letters; what was noted of the same ones before is replaced. Each may be named once. */
    public void note(List<ReplayedDeadLetter> letters) {
        if (letters.isEmpty()) {
            return;
        }
        try (Connection connection = dataSource.getConnection();
                var statement = new BatchStatement<>(connection, NOTE, letters)) {
            statement.text(ReplayedDeadLetter::topic)
                    .bigint(letter -> (long) letter.partition())
                    .bigint(ReplayedDeadLetter::offset)
                    .time(ReplayedDeadLetter::deadLetteredAt)
                    .text(ReplayedDeadLetter::outcome)
                    .text(ReplayedDeadLetter::detail)
                    .time(ReplayedDeadLetter::replayedAt)
                    .text(ReplayedDeadLetter::replayedBy);
            statement.bound().executeUpdate();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Forgets letters that the topic no longer has. */
    public void forget(String topic, int partition, long beforeOffset) {
        String sql = "DELETE FROM dead_letter_replays WHERE topic = ? AND partition = ? AND offset_ < ?";
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, topic);
            statement.setInt(2, partition);
            statement.setLong(3, beforeOffset);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }
}
