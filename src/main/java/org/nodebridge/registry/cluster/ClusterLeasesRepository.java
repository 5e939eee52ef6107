// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Who leads, and who else does what only one replica may do. All times are PostgreSQL's, so that the replicas' clocks
 * need not agree. Safe from many threads and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ClusterLeasesRepository {

    /** The lease of the one replica that compares and removes. */
    public static final String LEADER = "leader";

    /** The lease of the one replay of dead letters. */
    public static final String DEAD_LETTER_REPLAY = "dead-letter-replay";

    /** The lease of the one replay of topics; its holder is the replay's id. */
    public static final String TOPIC_REPLAY = "topic-replay";

    private static final RowMapper<Lease> LEASE = ConstructorMapper.of(Lease.class);

    // clock_timestamp and not now: a statement that waited for the row must judge by when it got it
    private static final String RENEW = """
            UPDATE cluster_leases
            SET expires_at = clock_timestamp() + make_interval(secs => :ttl)
            WHERE name = :name AND holder = :holder AND expires_at > clock_timestamp()
            RETURNING token
            """;

    private static final String TAKE = """
            INSERT INTO cluster_leases AS l (name, token, holder, acquired_at, expires_at)
            VALUES (:name, CASE WHEN :name = 'leader' THEN registry_timeline() << 32 ELSE 0 END + 1, :holder,
                    clock_timestamp(), clock_timestamp() + make_interval(secs => :ttl))
            ON CONFLICT (name) DO UPDATE
            SET token = l.token + 1,
                holder = EXCLUDED.holder,
                acquired_at = clock_timestamp(),
                expires_at = EXCLUDED.expires_at
            WHERE l.expires_at <= clock_timestamp()
            RETURNING token
            """;

    /**
     * Once for each timeline of each cluster. Replicas have noted that they run every few seconds, so what is not here
     * was committed after the last note.
     */
    private static final String NOTE_TIMELINE = """
            INSERT INTO cluster_timelines (system_identifier, timeline, known_until)
            SELECT registry_system_identifier(), registry_timeline(),
                   LEAST(clock_timestamp(), (SELECT max(seen_at) FROM cluster_replicas))
            WHERE registry_timeline() <> 0
            ON CONFLICT DO NOTHING
            """;

    /**
     * The first on a new timeline ends the leader's lease for all replicas, and the next leader waits for the time that
     * one of the former server may still think it leads: who that is may be missing here. The upper half counts up even
     * where the timeline does not, as tokens with this one may be missing too.
     */
    private static final String END_OF_FORMER_TIMELINE = """
            UPDATE cluster_leases
            SET token = GREATEST((token >> 32) + 1, registry_timeline()) << 32,
                holder = NULL,
                acquired_at = NULL,
                expires_at = clock_timestamp() + make_interval(secs => :ttl)
            WHERE name = :name
            """;

    /** The trigger sees only that the timeline's number is another, and on another cluster it may be the same. */
    private static final String FORGET_TIMELINE_OF_ANOTHER_CLUSTER = """
            UPDATE registration_revision
            SET timeline = -1
            WHERE NOT EXISTS (SELECT 1 FROM cluster_timelines
                              WHERE system_identifier = (SELECT registry_system_identifier())
                                AND timeline <> (SELECT registry_timeline()))
            """;

    /** Has the trigger leave out the revisions that may have been given out before, before a change needs one. */
    private static final String LEAVE_REVISIONS_OUT =
            "UPDATE registration_revision SET last_revision = last_revision WHERE timeline <> registry_timeline()";

    private static final String RELEASE = """
            UPDATE cluster_leases
            SET expires_at = clock_timestamp()
            WHERE name = :name AND holder = :holder AND expires_at > clock_timestamp()
            """;

    private static final String HELD = """
            SELECT holder, token, acquired_at, expires_at
            FROM cluster_leases
            WHERE name = :name AND expires_at > clock_timestamp() AND holder IS NOT NULL
            """;

    @Inject
    private Jdbi jdbi;

    @Inject
    @Reads
    private Jdbi reads;

    /**
     * Keeps a lease that the holder has, or takes a free one. The leader's ends at a failover of PostgreSQL.
     *
     * @return the fencing token; empty when another replica holds it
     */
    public OptionalLong hold(String lease, String holder, Duration ttl) {
        return jdbi.withHandle(handle -> {
            if (lease.equals(LEADER)) {
                endFormerTimeline(handle, ttl);
            }
            OptionalLong token = token(handle, RENEW, lease, holder, ttl);
            return token.isPresent() ? token : token(handle, TAKE, lease, holder, ttl);
        });
    }

    /** Takes a free lease, which the holder itself does not have either; false when it is not over yet. */
    public boolean take(String lease, String holder, Duration ttl) {
        return jdbi.withHandle(handle -> token(handle, TAKE, lease, holder, ttl)).isPresent();
    }

    /** Gives a lease back before it ends, so that the next one need not wait; does nothing to another holder's. */
    public void release(String lease, String holder) {
        jdbi.useHandle(handle -> handle.createUpdate(RELEASE).bind("name", lease).bind("holder", holder).execute());
    }

    /** PostgreSQL's time. */
    public Instant time() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT clock_timestamp()").mapTo(Instant.class).one());
    }

    /** The lease, while it is held. */
    public Optional<Lease> lease(String name) {
        return reads.withHandle(handle -> handle.createQuery(HELD).bind("name", name).map(LEASE).findOne());
    }

    private static void endFormerTimeline(Handle handle, Duration ttl) {
        if (handle.execute(NOTE_TIMELINE) > 0) {
            handle.createUpdate(END_OF_FORMER_TIMELINE).bind("name", LEADER).bind("ttl", ttl).execute();
            handle.execute(FORGET_TIMELINE_OF_ANOTHER_CLUSTER);
            handle.execute(LEAVE_REVISIONS_OUT);
        }
    }

    private static OptionalLong token(Handle handle, String sql, String lease, String holder, Duration ttl) {
        return handle.createQuery(sql)
                .bind("name", lease)
                .bind("holder", holder)
                .bind("ttl", ttl)
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    /**
     * A lease that is held.
     *
     * @param token counts up whenever the holder changes; the upper 32 bits of the leader's are PostgreSQL's timeline
     *     or more, and count up at a failover, so that it grows regardless of what was lost. Another's may be given
     *     again then
     */
    public record Lease(String holder, long token, Instant acquiredAt, Instant expiresAt) {}
}
