// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import java.time.Duration;
import java.util.regex.Pattern;
import org.nodebridge.registry.config.LeaseSettings;
import org.nodebridge.registry.config.WeightSettings;
import org.nodebridge.registry.store.jdbc.StoredTime;

/**
 * The statements of {@link RegistrationBatchRepository}. Each takes arrays with one element a node, applies the version
 * guard and returns (tool_id, outcome, epoch, revision, pending, check_status, cordoned, weight_step) for the rows it
 * touched. New rows are made in the order of their ids, and those that are there have been locked in that order, so
 * that replicas rarely wait in a circle.
 */
public final class RegistrationSql {

    /**
     * The revision that a changed row {@code r} gets: never out of range, regardless of what another program has
     * written.
     */
    private static final String NEXT_REVISION =
            "CASE WHEN r.revision BETWEEN 1 AND 9223372036854775805 THEN r.revision + 1 ELSE 2 END";

    /**
     * Whether a catalog has yet to confirm row {@code r}, by what was so before the statement began; that a statement
     * changes the row's revision itself, and so makes it pending, is not seen by it.
     */
    public static final String PENDING =
            "EXISTS (SELECT 1 FROM pending_writes AS p WHERE p.catalog = 'consul' AND p.tool_id = r.tool_id)";

    /** The highest epoch that a node can announce. */
    static final long MAX_EPOCH = 99_999_999_999_999L;

    /** No event has such a time or epoch, so that any is newer; see {@link ToolRegistration#orderedVersion}. */
    private static final String NEWER_THAN_ANY = """
            (r.event_timestamp >= :end OR r.epoch > :max OR r.event_epoch > :max)"""
            .replace(":end", StoredTime.END_OF_PLAUSIBLE).replace(":max", Long.toString(MAX_EPOCH));

    /** The epoch of a row {@code r}; one that no node can announce is of another program, and counts as none. */
    private static final String KNOWN_EPOCH = "CASE WHEN r.epoch <= " + MAX_EPOCH + " THEN r.epoch END";

    private static final Pattern PLAIN = Pattern.compile(":plain\\((r\\.\\w+)\\)");

    /**
     * The length of the lease of a row {@code r} in seconds. A column's default stands in for what no node can announce
     * and another program may have written: not a number, negative, or longer than a year.
     */
    public static final String LEASE_TTL =
            "CASE WHEN r.lease_ttl_seconds BETWEEN 0 AND 31536000 THEN r.lease_ttl_seconds ELSE 90 END";

    /** An introspection event whose content is what is stored renews and touches nothing else. */
    static final String RENEW_UNCHANGED = plain("""
            UPDATE tool_registrations AS r
            SET epoch = COALESCE(i.epoch, :known_epoch),
                event_epoch = i.epoch,
                event_timestamp = i.event_timestamp,
                event_id = i.event_id,
                event_position = i.event_position,
                event_position_of = i.event_id,
                last_heartbeat = :heartbeat,
                last_seen_at = GREATEST(:plain(r.last_seen_at), i.received_at),
                last_seen_by = 'registration',
                lease_ttl_seconds = i.lease_ttl,
                watch = i.watch,
                probe_failures = CASE WHEN i.watch IN ('probe', 'both') THEN r.probe_failures ELSE 0 END,
                lease_expires_at =
                    GREATEST(:plain(r.lease_expires_at), i.received_at + make_interval(secs => i.lease_ttl))
            FROM unnest(:tool_id::text[], :content_hash::text[], :epoch::bigint[], :event_timestamp::timestamptz[],
                        :event_id::uuid[], :received_at::timestamptz[], :lease_ttl::float8[], :watch::text[],
                        :event_position::text[])
                AS i (tool_id, content_hash, epoch, event_timestamp, event_id, received_at, lease_ttl, watch,
                      event_position)
            WHERE r.tool_id = i.tool_id
              AND r.content_hash = i.content_hash
              AND r.epoch IS NOT DISTINCT FROM COALESCE(i.epoch, :known_epoch)
              AND r.status = 'active'
              AND (:newer_than_any
                   OR registration_is_newer(i.epoch, i.event_timestamp, i.event_position, i.event_id, r))
            RETURNING r.tool_id, 'UNCHANGED' AS outcome, r.epoch, r.revision, :pending AS pending, r.check_status,
                      r.cordoned_at IS NOT NULL AS cordoned, r.weight_step
            """.replace(":heartbeat", RealHeartbeat.SQL).replace(":pending", PENDING));

    /**
     * New and changed content, and nodes that come back. Also the same content, where another replica has registered
     * the node since the rows were looked at: that is no change, and the row keeps its revision.
     */
    private static final String UPSERT = plain("""
            INSERT INTO tool_registrations AS r
                (tool_id, node_type, capabilities, endpoints, metadata, health_endpoint, node_role, node_version,
                 environment, region, network_id, deployment_id, correlation_id, content_hash, epoch, event_timestamp,
                 event_id, last_seen_at, lease_ttl_seconds, watch, event_position, lease_expires_at,
                 content_timestamp, content_event_id, event_epoch, event_position_of, last_seen_by, weight_step,
                 weight_step_at)
            SELECT i.*, i.received_at + make_interval(secs => i.lease_ttl), i.event_timestamp, i.event_id, i.epoch,
                   i.event_id, 'registration', :weight_step, CASE WHEN :weight_step IS NOT NULL THEN now() END
            FROM unnest(:tool_id::text[], :node_type::text[], :capabilities::jsonb[], :endpoints::jsonb[],
                        :metadata::jsonb[], :health_endpoint::text[], :node_role::text[], :node_version::text[],
                        :environment::text[], :region::text[], :network_id::text[], :deployment_id::text[],
                        :correlation_id::text[], :content_hash::text[], :epoch::bigint[],
                        :event_timestamp::timestamptz[], :event_id::uuid[], :received_at::timestamptz[],
                        :lease_ttl::float8[], :watch::text[], :event_position::text[])
                AS i (tool_id, node_type, capabilities, endpoints, metadata, health_endpoint, node_role, node_version,
                      environment, region, network_id, deployment_id, correlation_id, content_hash, epoch,
                      event_timestamp, event_id, received_at, lease_ttl, watch, event_position)
            ORDER BY i.tool_id
            ON CONFLICT (tool_id) DO UPDATE
            SET node_type = EXCLUDED.node_type,
                capabilities = EXCLUDED.capabilities,
                endpoints = EXCLUDED.endpoints,
                metadata = EXCLUDED.metadata,
                health_endpoint = EXCLUDED.health_endpoint,
                node_role = EXCLUDED.node_role,
                node_version = EXCLUDED.node_version,
                environment = EXCLUDED.environment,
                region = EXCLUDED.region,
                network_id = EXCLUDED.network_id,
                deployment_id = EXCLUDED.deployment_id,
                correlation_id = EXCLUDED.correlation_id,
                content_hash = EXCLUDED.content_hash,
                content_timestamp = CASE WHEN :same THEN r.content_timestamp ELSE EXCLUDED.content_timestamp END,
                content_event_id = CASE WHEN :same THEN r.content_event_id ELSE EXCLUDED.content_event_id END,
                epoch = COALESCE(EXCLUDED.epoch, :known_epoch),
                event_epoch = EXCLUDED.event_epoch,
                event_timestamp = EXCLUDED.event_timestamp,
                event_id = EXCLUDED.event_id,
                event_position = EXCLUDED.event_position,
                event_position_of = EXCLUDED.event_id,
                last_heartbeat = CASE WHEN r.status IN ('active', 'suspect', 'draining') THEN :heartbeat END,
                last_seen_at = GREATEST(:plain(r.last_seen_at), EXCLUDED.last_seen_at),
                last_seen_by = EXCLUDED.last_seen_by,
                lease_ttl_seconds = EXCLUDED.lease_ttl_seconds,
                watch = EXCLUDED.watch,
                lease_expires_at = CASE WHEN r.status IN ('active', 'suspect')
                                        THEN GREATEST(:plain(r.lease_expires_at), EXCLUDED.lease_expires_at)
                                        ELSE EXCLUDED.lease_expires_at END,
                suspect_since = NULL,
                probe_failures = 0,
                probe_result = NULL,
                probe_detail = NULL,
                registered_at = CASE WHEN r.status IN ('departed', 'expired') THEN now() ELSE r.registered_at END,
                updated_at = CASE WHEN :same THEN r.updated_at ELSE now() END,
                (check_status, flaps, flapped_at, damped_until) = (
                    SELECT d.* FROM registration_damping(
                        registration_check('active', CASE WHEN r.status IN ('active', 'suspect')
                                                          THEN r.health_status END),
                        registration_check(r.status, r.health_status),
                        CASE WHEN r.status IN ('active', 'suspect') THEN r.check_status ELSE 'critical' END,
                        r.flaps, r.flapped_at, r.damped_until, :most, :within, :quiet) AS d),
                health_status = CASE WHEN r.status IN ('active', 'suspect') THEN r.health_status END,
                heartbeat_timestamp = CASE WHEN r.status IN ('active', 'suspect') THEN r.heartbeat_timestamp END,
                status = 'active',
                status_reason = NULL,
                revision = CASE WHEN :same THEN r.revision ELSE :next_revision END
            WHERE :newer_than_any OR registration_is_newer(
                EXCLUDED.epoch, EXCLUDED.event_timestamp, EXCLUDED.event_position, EXCLUDED.event_id, r)
            RETURNING r.tool_id,
                      CASE WHEN r.updated_at <> now() THEN 'UNCHANGED'
                           WHEN r.registered_at = r.updated_at THEN 'CREATED'
                           ELSE 'UPDATED' END AS outcome,
                      r.epoch, r.revision, r.updated_at = now() OR :pending AS pending, r.check_status,
                      r.cordoned_at IS NOT NULL AS cordoned, r.weight_step
            """.replace(":heartbeat", RealHeartbeat.SQL).replace(":pending", PENDING).replace(":same", """
            (r.content_hash = EXCLUDED.content_hash AND r.status = 'active'
                AND r.epoch IS NOT DISTINCT FROM COALESCE(EXCLUDED.epoch, :known_epoch))""".strip()));

    /**
     * Cordons nodes that the same transaction has registered, so that the revision is right already. Not those of which
     * the history, where it was not lost with the row, says last that the cordon was ended or the node forgotten.
     */
    static final String CORDON_AGAIN = """
            UPDATE tool_registrations AS r
            SET cordoned_at = now(), cordoned_until = NULL, cordoned_by = i.actor, cordon_reason = i.reason
            FROM unnest(:tool_id::text[], :reason::text[], :actor::text[]) AS i (tool_id, reason, actor)
            WHERE r.tool_id = i.tool_id
              AND r.cordoned_at IS NULL
              AND COALESCE(
                  (SELECT h.change
                   FROM registration_history AS h
                   WHERE h.tool_id = r.tool_id
                     AND (h.change IN ('cordoned', 'uncordoned') OR h.change = 'departed' AND h.reason = 'forgotten')
                   ORDER BY h.revision DESC
                   LIMIT 1), 'cordoned') = 'cordoned'
            RETURNING r.tool_id
            """;

    /**
     * Departures. For an unknown node one leaves a tombstone too, which Consul does not need: the node's introspection
     * event may still lie on another partition, and must not revive it. Where the departure names no type the
     * tombstone has to make one up, as the column may not be empty; nothing shows it, and the event that brings the
     * node back replaces it. A node that is known drains instead, where its departure says so.
     */
    static final String DEPART = """
            WITH i (tool_id, node_type, status, status_reason, epoch, event_timestamp, event_id, lease_expires_at,
                    event_position) AS (
                SELECT * FROM unnest(:tool_id::text[], :node_type::text[], :status::text[], :status_reason::text[],
                                     :epoch::bigint[], :event_timestamp::timestamptz[], :event_id::uuid[],
                                     :lease_expires_at::timestamptz[], :event_position::text[]))
            INSERT INTO tool_registrations AS r
                (tool_id, node_type, status, status_reason, epoch, event_epoch, event_timestamp, event_id,
                 event_position, event_position_of, lease_expires_at)
            SELECT i.tool_id, COALESCE(i.node_type, 'effect'), 'departed', i.status_reason, i.epoch, i.epoch,
                   i.event_timestamp, i.event_id, i.event_position, i.event_id, i.lease_expires_at
            FROM i
            ORDER BY i.tool_id
            ON CONFLICT (tool_id) DO UPDATE
            SET status = CASE WHEN r.status IN ('departed', 'expired') THEN 'departed'
                              ELSE (SELECT i.status FROM i WHERE i.tool_id = r.tool_id) END,
                suspect_since = NULL,
                damped_until = CASE WHEN r.damped_until IS NOT NULL
                                    THEN GREATEST(r.damped_until, now() + make_interval(secs => :quiet)) END,
                status_reason = EXCLUDED.status_reason,
                epoch = COALESCE(EXCLUDED.epoch, :known_epoch),
                event_epoch = EXCLUDED.event_epoch,
                event_timestamp = EXCLUDED.event_timestamp,
                event_id = EXCLUDED.event_id,
                event_position = EXCLUDED.event_position,
                event_position_of = EXCLUDED.event_id,
                lease_expires_at = EXCLUDED.lease_expires_at + make_interval(secs => CASE
                    WHEN (SELECT i.status FROM i WHERE i.tool_id = r.tool_id) = 'draining' THEN :lease_ttl_of_row
                    ELSE 0 END),
                updated_at = CASE WHEN r.status = 'departed' THEN r.updated_at ELSE now() END,
                revision = CASE WHEN r.status = 'departed' THEN r.revision ELSE :next_revision END
            WHERE :newer_than_any OR registration_is_newer(
                EXCLUDED.epoch, EXCLUDED.event_timestamp, EXCLUDED.event_position, EXCLUDED.event_id, r)
            RETURNING r.tool_id,
                      CASE WHEN r.revision > 1 AND r.updated_at = now() THEN 'UPDATED' ELSE 'UNCHANGED' END AS outcome,
                      r.epoch, r.revision, r.revision > 1 AND r.updated_at = now() OR :pending AS pending,
                      r.check_status, r.cordoned_at IS NOT NULL AS cordoned, r.weight_step
            """.replace(":pending", PENDING);

    /**
     * Heartbeats. The lease never shrinks; figures come from the latest heartbeat by the node's clock. A suspect is
     * active again, but for one that is to answer its probes too and does not. Only a changed check is a pending write.
     * A node that drains is known, and that is all. The rows must be locked, so that {@code old} is what they are.
     */
    static final String RENEW = plain("""
            UPDATE tool_registrations AS r
            SET last_heartbeat = GREATEST(:plain(r.last_heartbeat), i.received_at),
                last_seen_at = GREATEST(:plain(r.last_seen_at), i.received_at),
                last_seen_by = 'heartbeat',
                lease_expires_at = CASE WHEN h.renews
                    THEN GREATEST(:plain(r.lease_expires_at),
                                  i.received_at + make_interval(secs => :lease_ttl_of_row))
                    ELSE r.lease_expires_at END,
                heartbeat_timestamp = GREATEST(:plain(r.heartbeat_timestamp), i.sent_at),
                health_status = h.health_status,
                active_operations = CASE WHEN h.late THEN r.active_operations ELSE i.active_operations END,
                uptime_seconds = CASE WHEN h.late THEN r.uptime_seconds ELSE i.uptime_seconds END,
                cpu_percent = CASE WHEN h.late THEN r.cpu_percent ELSE i.cpu_percent END,
                memory_mb = CASE WHEN h.late THEN r.memory_mb ELSE i.memory_mb END,
                status = h.status,
                status_reason = CASE WHEN h.status <> r.status THEN 'heartbeat'
                                     WHEN d.check_status = r.check_status THEN r.status_reason END,
                suspect_since = CASE WHEN h.status = 'suspect' THEN r.suspect_since END,
                probe_failures = CASE WHEN h.renews AND r.watch <> 'both' THEN 0 ELSE r.probe_failures END,
                check_status = d.check_status,
                flaps = d.new_flaps,
                flapped_at = d.new_flapped_at,
                damped_until = d.new_damped_until,
                revision = CASE WHEN d.check_status <> r.check_status THEN :next_revision ELSE r.revision END,
                updated_at = CASE WHEN d.check_status <> r.check_status OR h.status <> r.status THEN now()
                                  ELSE r.updated_at END
            FROM unnest(:tool_id::text[], :sent_at::timestamptz[], :received_at::timestamptz[], :health_status::text[],
                        :active_operations::bigint[], :uptime_seconds::float8[], :cpu_percent::float8[],
                        :memory_mb::float8[])
                AS i (tool_id, sent_at, received_at, health_status, active_operations, uptime_seconds, cpu_percent,
                      memory_mb)
            JOIN tool_registrations AS old ON old.tool_id = i.tool_id
            CROSS JOIN LATERAL (
                SELECT (i.sent_at < old.heartbeat_timestamp
                            AND old.heartbeat_timestamp < :end_of_plausible_times) IS TRUE AS late,
                       old.status IN ('active', 'suspect') AND old.watch <> 'probe' AS renews) AS l
            CROSS JOIN LATERAL (
                SELECT l.late, l.renews,
                       CASE WHEN l.late THEN old.health_status ELSE COALESCE(i.health_status, old.health_status) END
                           AS health_status,
                       CASE WHEN old.status = 'suspect' AND l.renews
                                 AND NOT (old.watch = 'both' AND old.probe_failures >= :failures) THEN 'active'
                            ELSE old.status END AS status) AS h
            CROSS JOIN LATERAL registration_damping(
                CASE WHEN old.status = 'draining' THEN old.check_status
                     ELSE registration_check(h.status, h.health_status) END,
                registration_check(old.status, old.health_status), old.check_status, old.flaps, old.flapped_at,
                old.damped_until, :most, :within, :quiet) AS d
            WHERE r.tool_id = old.tool_id
              AND old.status IN ('active', 'suspect', 'draining')
            RETURNING r.tool_id,
                      CASE WHEN h.status <> old.status THEN 'RECOVERED'
                           WHEN d.check_status <> old.check_status THEN 'UPDATED'
                           ELSE 'UNCHANGED' END AS outcome,
                      r.epoch, r.revision,
                      d.check_status <> old.check_status AS pending, r.check_status,
                      r.cordoned_at IS NOT NULL AS cordoned, r.weight_step,
                      CASE WHEN COALESCE(old.last_seen_at, old.last_heartbeat)
                               BETWEEN '1970-01-01 UTC' AND '9999-12-31 UTC'
                           THEN EXTRACT(EPOCH FROM i.received_at - COALESCE(old.last_seen_at, old.last_heartbeat)) END
                          AS lease_age
            """);

    /**
     * The very event that a row holds, come again from a later position: the row takes the position over, so that what
     * lies between the two is older for every replica, whichever it has read first.
     */
    static final String MOVE = """
            UPDATE tool_registrations AS r
            SET event_position = i.event_position, event_position_of = r.event_id
            FROM unnest(:tool_id::text[], :event_id::uuid[], :event_timestamp::timestamptz[], :event_position::text[])
                AS i (tool_id, event_id, event_timestamp, event_position)
            WHERE r.tool_id = i.tool_id
              AND r.event_id = i.event_id
              AND r.event_timestamp = i.event_timestamp
              AND i.event_position > COALESCE(registration_position(r), '') COLLATE "C"
            """;

    /** Why events did nothing. One that is newer was refused without a word, as by a trigger that keeps the row. */
    static final String EXPLAIN = """
            SELECT r.tool_id,
                   CASE WHEN r.event_id = i.event_id THEN 'UNCHANGED'
                        WHEN :newer_than_any OR registration_is_newer(
                            i.epoch, i.event_timestamp, i.event_position, i.event_id, r) THEN 'REFUSED'
                        ELSE 'STALE' END AS outcome,
                   r.epoch, r.revision,
                   r.event_id = i.event_id AND :pending AS pending, r.check_status,
                   r.cordoned_at IS NOT NULL AS cordoned, r.weight_step
            FROM unnest(:tool_id::text[], :event_id::uuid[], :epoch::bigint[], :event_timestamp::timestamptz[],
                        :event_position::text[])
                AS i (tool_id, event_id, epoch, event_timestamp, event_position)
            JOIN tool_registrations AS r ON r.tool_id = i.tool_id
            """.replace(":pending", PENDING).replace(":newer_than_any", NEWER_THAN_ANY);

    /** Nodes that a heartbeat renews, so that one of which it did not was kept as it is. */
    static final String RENEWABLE = """
            SELECT count(*)
            FROM tool_registrations AS r
            WHERE r.tool_id = ANY (:node_ids::text[]) AND r.status IN ('active', 'suspect', 'draining')
            """;

    private RegistrationSql() {}

    /** {@link #UPSERT} with the weight of nodes that are new. */
    static String upsert(WeightSettings weights) {
        return UPSERT.replace(
                ":weight_step", weights.byLoad() ? WeightSettings.AVERAGE_STEP + "::smallint" : "NULL::smallint");
    }

    /**
     * A statement with the figures it names by {@code :most}, {@code :within}, {@code :quiet} and {@code :failures}.
     */
    public static String with(LeaseSettings.Damping damping, int probeFailures, String sql) {
        return next(sql).replace(":most", Integer.toString(damping.changes()))
                .replace(":within", seconds(damping.window()))
                .replace(":quiet", seconds(damping.time()))
                .replace(":failures", Integer.toString(probeFailures));
    }

    /**
     * A statement in which {@code :plain(r.column)} is that time, or null where no program should have written it: it
     * would stay for ever beside all that come later. {@code :end_of_plausible_times} is where that begins.
     */
    public static String plain(String sql) {
        return PLAIN.matcher(sql).replaceAll("CASE WHEN $1 < " + StoredTime.END_OF_PLAUSIBLE + " THEN $1 END")
                .replace(":end_of_plausible_times", StoredTime.END_OF_PLAUSIBLE);
    }

    /**
     * A statement with what it names by {@code :next_revision}, {@code :newer_than_any}, {@code :known_epoch} and
     * {@code :lease_ttl_of_row} of a row {@code r}.
     */
    public static String next(String sql) {
        return sql.replace(":next_revision", NEXT_REVISION).replace(":newer_than_any", NEWER_THAN_ANY)
                .replace(":known_epoch", KNOWN_EPOCH).replace(":lease_ttl_of_row", LEASE_TTL);
    }

    private static String seconds(Duration time) {
        return Double.toString(time.toMillis() / 1000.0);
    }
}
