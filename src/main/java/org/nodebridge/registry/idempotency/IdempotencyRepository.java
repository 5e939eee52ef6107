// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.idempotency;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import javax.sql.DataSource;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Which writes with an idempotency key are under way, and how those that ended were answered. Times are PostgreSQL's.
 * Safe from many threads and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class IdempotencyRepository {

    /** A claim that nobody has answered in time is that of a replica that has died. */
    private static final String CLAIM = """
            INSERT INTO idempotent_writes AS w (id, body_hash, claim, claimed_until, created_at)
            VALUES (?, ?, ?, clock_timestamp() + make_interval(secs => ?), clock_timestamp())
            ON CONFLICT (id) DO UPDATE
            SET body_hash = EXCLUDED.body_hash, claim = EXCLUDED.claim, claimed_until = EXCLUDED.claimed_until,
                created_at = EXCLUDED.created_at, status = NULL, headers = NULL, body = NULL
            WHERE w.created_at < clock_timestamp() - make_interval(secs => ?)
               OR w.status IS NULL AND w.claimed_until <= clock_timestamp() AND w.body_hash = EXCLUDED.body_hash
            """;

    private static final String FIND = "SELECT body_hash, status, headers, body FROM idempotent_writes WHERE id = ?";

    private static final String ANSWER = """
            UPDATE idempotent_writes
            SET status = ?, headers = ?, body = ?
            WHERE id = ? AND claim = ? AND status IS NULL
            """;

    private static final String RELEASE =
            "DELETE FROM idempotent_writes WHERE id = ? AND claim = ? AND status IS NULL";

    private static final String PRUNE = """
            DELETE FROM idempotent_writes
            WHERE id IN (SELECT id
                         FROM idempotent_writes
                         WHERE created_at < now() - make_interval(secs => ?)
                         ORDER BY created_at
                         LIMIT ?)
            """;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    /**
     * Claims a write for whoever asks first.
     *
     * @param id what makes two requests the same one
     * @param claim the asker's own; what ends the claim needs it
     * @param longest how long others wait for the claim to be answered before they may claim it themselves
     * @param retention what is older is forgotten
     */
    public Claim claim(byte[] id, byte[] bodyHash, UUID claim, Duration longest, Duration retention) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(CLAIM);
                PreparedStatement find = connection.prepareStatement(FIND)) {
            insert.setBytes(1, id);
            insert.setBytes(2, bodyHash);
            insert.setObject(3, claim);
            insert.setDouble(4, (double) longest.toSeconds());
            insert.setDouble(5, (double) retention.toSeconds());
            if (insert.executeUpdate() == 1) {
                return new Claim(ClaimState.CLAIMED, null);
            }
            find.setBytes(1, id);
            try (ResultSet row = find.executeQuery()) {
                return row.next() ? earlier(row, bodyHash) : new Claim(ClaimState.UNDER_WAY, null);
            }
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static Claim earlier(ResultSet row, byte[] bodyHash) throws SQLException {
        if (!Arrays.equals(row.getBytes("body_hash"), bodyHash)) {
            return new Claim(ClaimState.OF_ANOTHER_BODY, null);
        }
        int status = row.getInt("status");
        return row.wasNull()
                ? new Claim(ClaimState.UNDER_WAY, null)
                : new Claim(
                        ClaimState.ANSWERED,
                        new StoredAnswer(status, row.getString("headers"), row.getBytes("body")));
    }

    /** Keeps the answer for those who ask again; does nothing when the claim has been lost meanwhile. */
    public void answer(byte[] id, UUID claim, StoredAnswer answer) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement update = connection.prepareStatement(ANSWER)) {
            update.setInt(1, answer.status());
            update.setString(2, answer.headers());
            update.setBytes(3, answer.body());
            update.setBytes(4, id);
            update.setObject(5, claim);
            update.executeUpdate();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Gives a claim back, because the write has not been done and may be asked for again. */
    public void release(byte[] id, UUID claim) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement delete = connection.prepareStatement(RELEASE)) {
            delete.setBytes(1, id);
            delete.setObject(2, claim);
            delete.executeUpdate();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** Removes what is older than that, at most so many; returns how many. */
    public int prune(Duration age, int most) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement delete = connection.prepareStatement(PRUNE)) {
            delete.setDouble(1, (double) age.toSeconds());
            delete.setInt(2, most);
            return delete.executeUpdate();
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /** How a claim went. */
    public enum ClaimState {
        /** The asker has it now. */
        CLAIMED,
        /** Somebody else has it and has not answered yet. */
        UNDER_WAY,
        /** It has been answered. */
        ANSWERED,
        /** The key was used for another body. */
        OF_ANOTHER_BODY
    }

    /** @param answer only of one that is answered */
    public record Claim(ClaimState state, StoredAnswer answer) {}

    /**
     * An answer as it was given.
     *
     * @param headers a JSON object of names and values
     */
    public record StoredAnswer(int status, String headers, byte[] body) {}
}
