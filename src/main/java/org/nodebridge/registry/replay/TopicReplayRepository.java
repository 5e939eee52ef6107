// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.cluster.ClusterLeasesRepository;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** The replays of topics. Safe from many threads and replicas; every call is a transaction of its own. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class TopicReplayRepository {

    private static final int KEPT = 100;

    private static final String UNDER_WAY = """
            EXISTS (SELECT 1 FROM cluster_leases AS l
                    WHERE l.name = 'topic-replay' AND l.holder = r.id::text AND l.expires_at > clock_timestamp())""";

    private static final String SELECT = """
            SELECT r.id, r.requested_at, r.requested_by, r.replica, r.from_ AS "from", r.topics, r.dry_run,
                   r.cancel_requested, r.records_total, r.records_read, r.counts, r.error, r.finished_at,
                   CASE WHEN r.status = 'running' AND NOT %s THEN 'interrupted' ELSE r.status END AS status,
            """.formatted(UNDER_WAY);

    private static final RowMapper<TopicReplay> REPLAY = ConstructorMapper.of(TopicReplay.class);

    private static final String FORGET = """
            DELETE FROM topic_replays
            WHERE id IN (SELECT id FROM topic_replays ORDER BY requested_at DESC, id OFFSET :kept)
            """;

    private static final String BEGIN = """
            INSERT INTO topic_replays (id, requested_at, requested_by, replica, from_, topics, dry_run, records_total)
            VALUES (:id, :requested_at, :requested_by, :replica, :from::jsonb, :topics::jsonb, :dry_run, :records_total)
            """;

    private static final String PROGRESS = """
            UPDATE topic_replays
            SET records_read = :records_read, counts = :counts::jsonb
            WHERE id = :id AND status = 'running' AND NOT cancel_requested
            """;

    private static final String FINISH = """
            UPDATE topic_replays
            SET status = :status, records_read = :records_read, counts = :counts::jsonb,
                differences = :differences::jsonb, error = :error, finished_at = now()
            WHERE id = :id AND status = 'running'
            """;

    private static final String REWIND_PENDING =
            "SELECT EXISTS (SELECT 1 FROM cluster_timelines WHERE rewound_at IS NULL)";

    @Inject
    private Jdbi jdbi;

    @Inject
    @Reads
    private Jdbi reads;

    @Inject
    private ClusterLeasesRepository leases;

    /**
     * Notes a replay that begins. The caller holds the lease under the replay's id, so that any other that seems to
     * run does not. Old ones are forgotten.
     */
    public void begin(TopicReplay replay) {
        jdbi.useHandle(handle -> {
            handle.execute(
                    "UPDATE topic_replays SET status = 'interrupted', finished_at = now() WHERE status = 'running'");
            handle.createUpdate(FORGET).bind("kept", KEPT - 1).execute();
            handle.createUpdate(BEGIN)
                    .bind("id", replay.id())
                    .bind("requested_at", replay.requestedAt())
                    .bind("requested_by", replay.requestedBy())
                    .bind("replica", replay.replica())
                    .bind("from", replay.from())
                    .bind("topics", replay.topics())
                    .bind("dry_run", replay.dryRun())
                    .bind("records_total", replay.recordsTotal())
                    .execute();
        });
    }

    /** Notes how far a replay has come; tells whether it shall go on. */
    public boolean progress(UUID id, long recordsRead, JsonNode counts) {
        return jdbi.withHandle(handle -> handle.createUpdate(PROGRESS)
                .bind("id", id)
                .bind("records_read", recordsRead)
                .bind("counts", counts)
                .execute()) > 0;
    }

    /** Notes that a replay has ended, how, and how far it came; another one may begin once that can be read. */
    public void finish(
            UUID id, String status, long recordsRead, JsonNode counts, JsonNode differences, String error) {
        jdbi.useHandle(handle -> handle.createUpdate(FINISH)
                .bind("id", id)
                .bind("status", status)
                .bind("records_read", recordsRead)
                .bind("counts", counts)
                .bind("differences", differences)
                .bind("error", error)
                .execute());
        leases.release(ClusterLeasesRepository.TOPIC_REPLAY, id.toString());
    }

    /** Asks a replay to end; false when it has ended already. */
    public boolean cancel(UUID id) {
        String sql = "UPDATE topic_replays AS r SET cancel_requested = TRUE"
                + " WHERE r.id = :id AND r.status = 'running' AND " + UNDER_WAY;
        return jdbi.withHandle(handle -> handle.createUpdate(sql).bind("id", id).execute()) > 0;
    }

    /** Whether a replay changes rows now, on any replica; one whose replica has died does until its lease ends. */
    public boolean writing() {
        String sql = "SELECT EXISTS (SELECT 1 FROM topic_replays AS r"
                + " WHERE r.status = 'running' AND NOT r.dry_run AND " + UNDER_WAY + ")";
        return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(Boolean.class).one());
    }

    /**
     * Whether rows may be missing that a replay brings: one writes now, or the topics are still to be read again after
     * a failover of PostgreSQL.
     */
    public boolean outstanding() {
        return jdbi.withHandle(handle -> handle.createQuery(REWIND_PENDING).mapTo(Boolean.class).one()) || writing();
    }

    /** One replay with its differences. */
    public Optional<TopicReplay> find(UUID id) {
        String sql = SELECT + "r.differences FROM topic_replays AS r WHERE r.id = :id";
        return reads.withHandle(handle -> handle.createQuery(sql).bind("id", id).map(REPLAY).findOne());
    }

    /** All replays that are kept, newest first, without their differences. */
    public List<TopicReplay> list() {
        String sql = SELECT + "NULL AS differences FROM topic_replays AS r ORDER BY r.requested_at DESC, r.id";
        return reads.withHandle(handle -> handle.createQuery(sql).map(REPLAY).list());
    }
}
