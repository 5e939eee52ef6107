// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Comparisons that were asked for, by whichever replica, for the leader to make. Safe from many threads and replicas;
 * every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ReconciliationRepository {

    /** Older ones than the newest so many are forgotten. */
    private static final int KEPT = 100;

    private static final String FORGET = """
            DELETE FROM reconciliations
            WHERE status IN ('done', 'failed')
              AND id NOT IN (SELECT id FROM reconciliations ORDER BY requested_at DESC LIMIT :kept)
            """;

    private static final String REQUEST =
            "INSERT INTO reconciliations (id, requested_by, dry_run) VALUES (:id, :requested_by, :dry_run)";

    private static final String REQUESTED = "SELECT EXISTS (SELECT 1 FROM reconciliations WHERE status = 'requested')";

    private static final String TAKE = """
            UPDATE reconciliations
            SET status = 'running', started_at = clock_timestamp(), replica = :replica, token = :token
            WHERE id = (SELECT id FROM reconciliations WHERE status = 'requested' ORDER BY requested_at LIMIT 1)
              AND status = 'requested'
            RETURNING id, requested_by, dry_run, status, requested_at, started_at, finished_at, replica, report, error
            """;

    private static final String END = """
            UPDATE reconciliations
            SET status = :status, report = :report::jsonb, error = :error, finished_at = clock_timestamp()
            WHERE id = :id AND status = 'running' AND token = :token
            """;

    private static final String ADD_DONE = """
            INSERT INTO reconciliations
                (id, requested_by, dry_run, status, requested_at, started_at, finished_at, replica, token, report)
            VALUES (:id, :requested_by, FALSE, 'done', :started_at, :started_at, clock_timestamp(), :replica, :token,
                    :report::jsonb)
            """;

    private static final String FAIL_ABANDONED = """
            UPDATE reconciliations
            SET status = 'failed', finished_at = clock_timestamp(),
                error = 'the replica that ran it no longer leads, or failed in it; another may do what it has left'
            WHERE status = 'running'
            """;

    private static final String LATEST = """
            SELECT id, requested_at, requested_by, dry_run, status, started_at, finished_at, replica,
                   report - 'drift' AS report, error
            FROM reconciliations
            ORDER BY requested_at DESC
            LIMIT :kept
            """;

    private static final String REPAIRS = """
            SELECT count(*)
            FROM reconciliations
            WHERE requested_at > now() - make_interval(secs => :time) AND status = 'done' AND NOT dry_run
              AND (report ->> 'repaired')::bigint + (report ->> 'deleted')::bigint > 0
            """;

    private static final RowMapper<Reconciliation> RECONCILIATION = ConstructorMapper.of(Reconciliation.class);

    @Inject
    private Jdbi jdbi;

    @Inject
    @Reads
    private Jdbi reads;

    /** Asks for a comparison; the leader makes it within a second or so, when there is one and it is not busy. */
    public void request(UUID id, String requestedBy, boolean dryRun) {
        jdbi.useHandle(handle -> handle.createUpdate(REQUEST)
                .bind("id", id)
                .bind("requested_by", requestedBy)
                .bind("dry_run", dryRun)
                .execute());
    }

    /**
     * Takes on the oldest one that was asked for, as the leader.
     *
     * @return empty when there is none, or the token is not the leader's any more
     */
    public Optional<Reconciliation> take(String replica, long token) {
        return jdbi.withHandle(handle -> {
            // looked for first, because the fence writes to the lease's row, and this is called every second
            boolean asked = handle.createQuery(REQUESTED).mapTo(Boolean.class).one();
            return asked && LeaderFence.holds(handle, token)
                    ? handle.createQuery(TAKE)
                            .bind("replica", replica)
                            .bind("token", token)
                            .map(RECONCILIATION)
                            .findOne()
                    : Optional.empty();
        });
    }

    /**
     * Fails those that are still marked as running, as the leader that knows that it runs none: the replica that ran
     * them is gone.
     */
    public void failAbandoned(long token) {
        jdbi.useHandle(handle -> {
            if (LeaderFence.holds(handle, token)) {
                handle.execute(FAIL_ABANDONED);
            }
        });
    }

    /** Ends one that this leader has taken on. */
    public void done(UUID id, String report, long token) {
        end(id, Reconciliation.Status.DONE, report, null, token);
    }

    /** Ends one that this leader has taken on and could not finish. */
    public void failed(UUID id, String error, long token) {
        end(id, Reconciliation.Status.FAILED, null, error, token);
    }

    private void end(UUID id, Reconciliation.Status status, String report, String error, long token) {
        jdbi.useHandle(handle -> {
            handle.createUpdate(END)
                    .bind("status", status.wireName())
                    .bind("report", report)
                    .bind("error", error)
                    .bind("id", id)
                    .bind("token", token)
                    .execute();
            handle.createUpdate(FORGET).bind("kept", KEPT).execute();
        });
    }

    /** Notes one of the schedule, when it is done. */
    public void addDone(UUID id, String requestedBy, Instant startedAt, String replica, long token, String report) {
        jdbi.useHandle(handle -> {
            handle.createUpdate(ADD_DONE)
                    .bind("id", id)
                    .bind("requested_by", requestedBy)
                    .bind("started_at", startedAt)
                    .bind("replica", replica)
                    .bind("token", token)
                    .bind("report", report)
                    .execute();
            handle.createUpdate(FORGET).bind("kept", KEPT).execute();
        });
    }

    public Optional<Reconciliation> find(UUID id) {
        return reads.withHandle(handle -> handle.createQuery("SELECT * FROM reconciliations WHERE id = :id")
                .bind("id", id)
                .map(RECONCILIATION)
                .findOne());
    }

    /** How many comparisons of the time up to now had to repair something, as far as they are kept. */
    public int repairsWithin(Duration time) {
        return reads.withHandle(
                handle -> handle.createQuery(REPAIRS).bind("time", time).mapTo(Integer.class).one());
    }

    /** The latest first, each report without its list. */
    public List<Reconciliation> latest() {
        return reads.withHandle(
                handle -> handle.createQuery(LATEST).bind("kept", KEPT).map(RECONCILIATION).list());
    }
}
