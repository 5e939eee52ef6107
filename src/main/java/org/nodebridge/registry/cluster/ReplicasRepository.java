// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Which replicas are there. All times are PostgreSQL's. Safe from many threads and replicas; every call is a
 * transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ReplicasRepository {

    /** Replicas are forgotten after this many lease times of silence. */
    private static final int FORGOTTEN_AFTER = 20;

    private static final String SEEN = """
            INSERT INTO cluster_replicas (replica_id, host, started_at, seen_at, partitions, clock_skew_seconds)
            VALUES (:replica, :host, :started_at, clock_timestamp(), to_jsonb(:partitions::text[]), :skew::float8)
            ON CONFLICT (replica_id) DO UPDATE
            SET seen_at = clock_timestamp(), partitions = EXCLUDED.partitions,
                clock_skew_seconds = EXCLUDED.clock_skew_seconds
            """;

    private static final String FORGET =
            "DELETE FROM cluster_replicas WHERE seen_at < clock_timestamp() - make_interval(secs => :silence)";

    private static final String GONE = "DELETE FROM cluster_replicas WHERE replica_id = :replica";

    private static final String REPLICAS = """
            SELECT replica_id, host, started_at, seen_at, clock_skew_seconds,
                   seen_at > clock_timestamp() - make_interval(secs => :ttl) AS running,
                   array_to_string(ARRAY(SELECT jsonb_array_elements_text(partitions)), ' ') AS partitions
            FROM cluster_replicas
            ORDER BY started_at, replica_id
            """;

    @Inject
    private Jdbi jdbi;

    @Inject
    @Reads
    private Jdbi reads;

    /**
     * Notes that a replica runs, and which partitions it consumes; forgets those that have long been silent.
     *
     * @param skew how far its clock is ahead of PostgreSQL's; {@code null} while it does not know
     */
    public void seen(
            String replica, String host, Instant startedAt, Collection<String> partitions, Duration skew,
            Duration ttl) {
        jdbi.useHandle(handle -> {
            handle.createUpdate(SEEN)
                    .bind("replica", replica)
                    .bind("host", host)
                    .bind("started_at", startedAt)
                    .bind("partitions", Columns.texts(partitions))
                    .bind("skew", skew)
                    .execute();
            handle.createUpdate(FORGET).bind("silence", ttl.multipliedBy(FORGOTTEN_AFTER)).execute();
        });
    }

    /** Notes that a replica stops. */
    public void gone(String replica) {
        jdbi.useHandle(handle -> handle.createUpdate(GONE).bind("replica", replica).execute());
    }

    /** Every replica that has said something lately, in the order of their start. */
    public List<Replica> replicas(Duration ttl) {
        return replicas(jdbi, ttl);
    }

    /** The same for an HTTP client, who is not to keep the registry from its own connections. */
    public List<Replica> shownReplicas(Duration ttl) {
        return replicas(reads, ttl);
    }

    private static List<Replica> replicas(Jdbi jdbi, Duration ttl) {
        return jdbi.withHandle(
                handle -> handle.createQuery(REPLICAS).bind("ttl", ttl).map(row -> replica(row)).list());
    }

    private static Replica replica(RowView row) {
        String partitions = row.getColumn("partitions", String.class);
        return new Replica(
                row.getColumn("replica_id", String.class), row.getColumn("host", String.class),
                row.getColumn("started_at", Instant.class), row.getColumn("seen_at", Instant.class),
                row.getColumn("running", Boolean.class),
                partitions.isEmpty() ? Set.of() : new TreeSet<>(List.of(partitions.split(" "))),
                row.getColumn("clock_skew_seconds", Double.class));
    }

    /**
     * A replica.
     *
     * @param running whether it has said something within the lease time
     * @param partitions the partitions it consumes, as {@code topic-partition}, in order
     * @param clockSkewSeconds how far its clock is ahead of PostgreSQL's; {@code null} while it does not know
     */
    public record Replica(
            String id, String host, Instant startedAt, Instant seenAt, boolean running, Set<String> partitions,
            Double clockSkewSeconds) {}
}
