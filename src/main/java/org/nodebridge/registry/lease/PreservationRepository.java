// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.event.WireJson;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * The cohorts whose expiry is held, and the leader's last sweep of the leases. The leader writes it, only while the
 * token it gives is still its own; any replica shows it and takes an operator's confirmation. Safe from many threads
 * and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class PreservationRepository {

    /**
     * A confirmation holds until each node it is about is expired or has been heard of: a sweep may fail, or expire
     * some and not others. Those are the nodes whose lease had ended by then and that something is expected of.
     */
    private static final String CARRIED_OUT = """
            UPDATE preservation_holds AS h
            SET confirmed_at = NULL, confirmed_by = NULL
            WHERE h.confirmed_at IS NOT NULL
              AND NOT EXISTS (
                  SELECT 1
                  FROM tool_registrations AS r
                  WHERE r.node_type = h.node_type AND :region = h.region
                    AND r.status IN ('active', 'suspect') AND r.lease_expires_at <= h.confirmed_at
                    AND (r.status = 'suspect' OR r.watch IN ('heartbeat', 'both')
                         OR r.watch = 'auto' AND r.heartbeat_timestamp IS NOT NULL
                         OR r.probe_failures > 0 AND r.health_endpoint IS NOT NULL
                            AND r.probe_result NOT IN ('refused_address', 'invalid')))
            """.replace(":region", LeaseSql.REGION);

    private static final String END = """
            DELETE FROM preservation_holds AS h
            WHERE h.confirmed_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM unnest(:node_type::text[], :region::text[]) AS i (node_type, region)
                              WHERE i.node_type = h.node_type AND i.region = h.region)
            """;

    private static final String HOLD = """
            INSERT INTO preservation_holds AS h (node_type, region, since, size, fallen, held, held_nodes)
            SELECT i.node_type, i.region, now(), i.size, i.fallen, i.held, i.held_nodes
            FROM unnest(:node_type::text[], :region::text[], :size::bigint[], :fallen::bigint[], :held::bigint[],
                        :held_nodes::jsonb[])
                AS i (node_type, region, size, fallen, held, held_nodes)
            ON CONFLICT (node_type, region) DO UPDATE
            SET size = EXCLUDED.size, fallen = EXCLUDED.fallen, held = EXCLUDED.held, held_nodes = EXCLUDED.held_nodes
            """;

    private static final String LOOKED = """
            INSERT INTO lease_look AS l (looked_at, replica, blocked, blocked_since)
            VALUES (now(), :replica, :blocked, CASE WHEN :blocked::text IS NOT NULL THEN now() END)
            ON CONFLICT (only_row) DO UPDATE
            SET looked_at = now(), replica = EXCLUDED.replica, blocked = EXCLUDED.blocked,
                blocked_since = CASE WHEN EXCLUDED.blocked IS NOT NULL THEN COALESCE(l.blocked_since, now()) END
            """;

    private static final String CONFIRM = """
            UPDATE preservation_holds
            SET confirmed_at = now(), confirmed_by = :by
            WHERE (:node_type::text IS NULL OR node_type = :node_type) AND (:region::text IS NULL OR region = :region)
            RETURNING held
            """;

    private static final RowMapper<Look> LOOK = ConstructorMapper.of(Look.class);

    @Inject
    private Jdbi jdbi;

    @Inject
    @Reads
    private Jdbi reads;

    /** The cohorts that are held, the longest held first. */
    public List<PreservationHold> holds() {
        return holds(jdbi);
    }

    /** The same for HTTP clients. */
    public List<PreservationHold> shownHolds() {
        return holds(reads);
    }

    private static List<PreservationHold> holds(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle
                .createQuery("SELECT * FROM preservation_holds ORDER BY since, node_type, region")
                .map(row -> new PreservationHold(
                        new Cohort.Key(row.getColumn("node_type", String.class), row.getColumn("region", String.class)),
                        row.getColumn("since", Instant.class),
                        row.getColumn("size", Integer.class),
                        row.getColumn("fallen", Integer.class),
                        row.getColumn("held", Integer.class),
                        ids(row.getColumn("held_nodes", String.class)),
                        row.getColumn("confirmed_at", Instant.class),
                        row.getColumn("confirmed_by", String.class)))
                .list());
    }

    /**
     * Takes down which cohorts are held, as the leader; those that are not given are held no longer, unless they are
     * confirmed and some of their nodes are yet to be given up. One that was held before keeps its beginning, and its
     * confirmation for as long.
     *
     * @param holds their beginnings and confirmations are not looked at
     * @param blocked why nothing may expire at all, or {@code null}
     */
    public void looked(List<PreservationHold> holds, String blocked, String replica, long token) {
        jdbi.useHandle(handle -> {
            if (!LeaderFence.holds(handle, token)) {
                return;
            }
            handle.createUpdate(LOOKED).bind("replica", replica).bind("blocked", blocked).execute();
            if (blocked != null) {
                return; // what is held stays so until it can be looked at again
            }
            handle.execute(CARRIED_OUT);
            handle.createUpdate(END).bindNamedArgumentFinder(cohorts(holds)).execute();
            handle.createUpdate(HOLD)
                    .bindNamedArgumentFinder(cohorts(holds)
                            .bigint("size", hold -> (long) hold.size())
                            .bigint("fallen", hold -> (long) hold.fallen())
                            .bigint("held", hold -> (long) hold.held())
                            .text("held_nodes", hold -> json(hold.heldNodes())))
                    .execute();
        });
    }

    /**
     * Gives each hold its whole time again: PostgreSQL's clock has jumped since it began.
     *
     * @return false when the token is not the leader's any more, and nothing was written
     */
    public boolean beginAgain(long token) {
        return jdbi.withHandle(handle -> {
            boolean leads = LeaderFence.holds(handle, token);
            if (leads) {
                handle.execute("UPDATE preservation_holds SET since = now()");
            }
            return leads;
        });
    }

    private static Columns<PreservationHold> cohorts(List<PreservationHold> holds) {
        return Columns.of(holds)
                .text("node_type", hold -> hold.cohort().nodeType())
                .text("region", hold -> hold.cohort().region());
    }

    /**
     * Notes that the held nodes are gone indeed; the leader expires them at its next sweep.
     *
     * @param nodeType only cohorts of this type, or {@code null}
     * @param region only cohorts of this region, or {@code null}
     * @return how many nodes each cohort held that is confirmed now
     */
    public List<Integer> confirm(String nodeType, String region, String by) {
        return jdbi.withHandle(handle -> handle.createQuery(CONFIRM)
                .bind("by", by)
                .bind("node_type", nodeType)
                .bind("region", region)
                .mapTo(Integer.class)
                .list());
    }

    /** The leader's last sweep of the leases; empty before the first. */
    public Optional<Look> lastLook() {
        return reads.withHandle(handle -> handle.createQuery("SELECT * FROM lease_look").map(LOOK).findOne());
    }

    private static String json(List<String> ids) {
        try {
            return WireJson.PLAIN.writeValueAsString(ids);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> ids(String json) {
        try {
            return WireJson.PLAIN.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param blocked why nothing could expire, or {@code null}
     * @param blockedSince since when, or {@code null}
     */
    public record Look(Instant lookedAt, String replica, String blocked, Instant blockedSince) {}
}
