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
            VALUES (:name, 1, :holder, clock_timestamp(), clock_timestamp() + make_interval(secs => :ttl))
            ON CONFLICT (name) DO UPDATE
            SET token = l.token + 1,
                holder = EXCLUDED.holder,
                acquired_at = clock_timestamp(),
                expires_at = EXCLUDED.expires_at
            WHERE l.expires_at <= clock_timestamp()
            RETURNING token
            """;

    private static final String RELEASE = """
            UPDATE cluster_leases
            SET expires_at = clock_timestamp()
            WHERE name = :name AND holder = :holder AND expires_at > clock_timestamp()
            """;

    private static final String HELD = """
            SELECT holder, token, acquired_at, expires_at
            FROM cluster_leases
            WHERE name = :name AND expires_at > clock_timestamp()
            """;

    @Inject
    private Jdbi jdbi;

    @Inject
    @Reads
    private Jdbi reads;

    /**
     * Keeps a lease that the holder has, or takes one that nobody has.
     *
     * @return the fencing token; empty when somebody else holds it
     */
    public OptionalLong hold(String lease, String holder, Duration ttl) {
        return jdbi.withHandle(handle -> {
            OptionalLong token = token(handle, RENEW, lease, holder, ttl);
            return token.isPresent() ? token : token(handle, TAKE, lease, holder, ttl);
        });
    }

    /** Takes a lease that nobody has, not even the holder itself; false when it is not over yet. */
    public boolean take(String lease, String holder, Duration ttl) {
        return jdbi.withHandle(handle -> token(handle, TAKE, lease, holder, ttl)).isPresent();
    }

    /** Gives a lease back before it ends, so that the next one need not wait; does nothing to somebody else's. */
    public void release(String lease, String holder) {
        jdbi.useHandle(handle -> handle.createUpdate(RELEASE).bind("name", lease).bind("holder", holder).execute());
    }

    /** PostgreSQL's time. */
    public Instant time() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT clock_timestamp()").mapTo(Instant.class).one());
    }

    /** The lease, while somebody holds it. */
    public Optional<Lease> lease(String name) {
        return reads.withHandle(handle -> handle.createQuery(HELD).bind("name", name).map(LEASE).findOne());
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
     * @param token counts up whenever the holder changes
     */
    public record Lease(String holder, long token, Instant acquiredAt, Instant expiresAt) {}
}
