// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.idempotency;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Which writes with an idempotency key are under way, and how those that ended were answered. Times are PostgreSQL's.
 * Safe from many threads and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class IdempotencyRepository {

    /** A claim that has no answer in time is that of a replica that has died. */
    private static final String CLAIM = """
            INSERT INTO idempotent_writes AS w (id, body_hash, claim, claimed_until, created_at)
            VALUES (:id, :body_hash, :claim, clock_timestamp() + make_interval(secs => :longest), clock_timestamp())
            ON CONFLICT (id) DO UPDATE
            SET body_hash = EXCLUDED.body_hash, claim = EXCLUDED.claim, claimed_until = EXCLUDED.claimed_until,
                created_at = EXCLUDED.created_at, status = NULL, headers = NULL, body = NULL
            WHERE w.created_at < clock_timestamp() - make_interval(secs => :retention)
               OR w.status IS NULL AND w.claimed_until <= clock_timestamp() AND w.body_hash = EXCLUDED.body_hash
            """;

    private static final String FIND = "SELECT body_hash, status, headers, body FROM idempotent_writes WHERE id = :id";

    private static final String ANSWER = """
            UPDATE idempotent_writes
            SET status = :status, headers = :headers, body = :body
            WHERE id = :id AND claim = :claim AND status IS NULL
            """;

    private static final String RELEASE =
            "DELETE FROM idempotent_writes WHERE id = :id AND claim = :claim AND status IS NULL";

    private static final String PRUNE = """
            DELETE FROM idempotent_writes
            WHERE id IN (SELECT id
                         FROM idempotent_writes
                         WHERE created_at < now() - make_interval(secs => :age)
                         ORDER BY created_at
                         LIMIT :most)
            """;

    @Inject
    private Jdbi jdbi;

    /**
     * Claims a write for the first request.
     *
     * @param id what makes two requests the same one
     * @param claim the asker's own; what ends the claim needs it
     * @param longest how long others wait for the claim to be answered before they may claim it themselves
     * @param retention what is older is forgotten
     */
    public Claim claim(byte[] id, byte[] bodyHash, UUID claim, Duration longest, Duration retention) {
        return jdbi.withHandle(handle -> {
            int claimed = handle.createUpdate(CLAIM)
                    .bind("id", id)
                    .bind("body_hash", bodyHash)
                    .bind("claim", claim)
                    .bind("longest", longest)
                    .bind("retention", retention)
                    .execute();
            return claimed == 1
                    ? new Claim(ClaimState.CLAIMED, null)
                    : handle.createQuery(FIND).bind("id", id).map(row -> earlier(row, bodyHash)).findOne()
                            .orElseGet(() -> new Claim(ClaimState.UNDER_WAY, null));
        });
    }

    private static Claim earlier(RowView row, byte[] bodyHash) {
        if (!Arrays.equals(row.getColumn("body_hash", byte[].class), bodyHash)) {
            return new Claim(ClaimState.OF_ANOTHER_BODY, null);
        }
        Integer status = row.getColumn("status", Integer.class);
        return status == null
                ? new Claim(ClaimState.UNDER_WAY, null)
                : new Claim(ClaimState.ANSWERED, new StoredAnswer(
                        status, row.getColumn("headers", String.class), row.getColumn("body", byte[].class)));
    }

    /** Keeps the answer for those who ask again; does nothing when the claim has been lost meanwhile. */
    public void answer(byte[] id, UUID claim, StoredAnswer answer) {
        jdbi.useHandle(handle -> handle.createUpdate(ANSWER)
                .bind("status", answer.status())
                .bind("headers", answer.headers())
                .bind("body", answer.body())
                .bind("id", id)
                .bind("claim", claim)
                .execute());
    }

    /** Gives a claim back, because the write has not been done and may be asked for again. */
    public void release(byte[] id, UUID claim) {
        jdbi.useHandle(handle -> handle.createUpdate(RELEASE).bind("id", id).bind("claim", claim).execute());
    }

    /** Removes what is older than that, at most so many; returns how many. */
    public int prune(Duration age, int most) {
        return jdbi.withHandle(handle -> handle.createUpdate(PRUNE).bind("age", age).bind("most", most).execute());
    }

    /** How a claim went. */
    public enum ClaimState {
        /** The asker has it now. */
        CLAIMED,
        /** Another request has it and has no answer yet. */
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
