// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import org.nodebridge.registry.store.RealHeartbeat;
import org.nodebridge.registry.store.RegistrationSql;
import org.nodebridge.registry.store.jdbc.StoredTime;

/** The statements of {@link LeaseRepository}. */
final class LeaseSql {

    /** The lease has ended, and so has the grace: as long as any lease, counted from the end of the last trouble. */
    private static final String DUE = "(r.lease_expires_at < now() AND :lease_ttl_of_row < :grace)";

    private static final String PROBED = "r.watch IN ('probe', 'both')";

    private static final String NOT_LEFT_OUT = """
            NOT EXISTS (SELECT 1 FROM unnest(:left_out::text[]) AS o (tool_id) WHERE o.tool_id = r.tool_id)""";

    /** As long as a node can announce one; a longer one of another program would not fit into an index. */
    static final String REGION = "left(COALESCE(r.region, ''), 255)";

    /** One that another program has made a suspect, at no time or at an odd one, is one since its lease ended. */
    private static final String SUSPECT_SINCE = """
            COALESCE(CASE WHEN isfinite(r.suspect_since) AND r.suspect_since <= now() THEN r.suspect_since END,
                     CASE WHEN isfinite(r.lease_expires_at) AND r.lease_expires_at <= now() THEN r.lease_expires_at END,
                     now())""";

    /** Never out of range, regardless of what another program has written. */
    private static final String ONE_MORE_FAILURE =
            "CASE WHEN r.probe_failures BETWEEN 0 AND 999999999 THEN r.probe_failures + 1 ELSE 1 END";

    static final String FALLEN = """
            SELECT r.tool_id AS node_id, r.node_type, :region AS region, r.status, COALESCE(:due, FALSE) AS due,
                   r.heartbeat_timestamp IS NOT NULL AS heartbeats, r.watch, r.health_endpoint, r.probe_failures,
                   r.probe_result,
                   CASE WHEN r.status = 'suspect' THEN EXTRACT(EPOCH FROM now() - :since)::float8 END AS suspect_for,
                   EXISTS (SELECT 1 FROM preservation_holds AS h
                           WHERE h.node_type = r.node_type AND h.region = :region
                             AND r.lease_expires_at <= h.confirmed_at) AS confirmed
            FROM tool_registrations AS r
            WHERE r.status IN ('active', 'suspect', 'draining') AND :due
               OR r.status = 'suspect'
               OR r.status = 'active' AND :probed AND r.probe_failures >= :failures
            ORDER BY r.lease_expires_at
            LIMIT :limit
            """.replace(":since", SUSPECT_SINCE).replace(":region", REGION).replace(":due", DUE)
            .replace(":probed", PROBED);

    private static final String TO_BE_PROBED = """
            r.status IN ('active', 'suspect')
              AND (:due OR r.status = 'suspect' OR :probed)
              AND r.health_endpoint IS NOT NULL
              AND (r.probe_due_at IS NULL OR r.probe_due_at <= now() OR r.probe_due_at >= :end)"""
            .replace(":end", StoredTime.END_OF_PLAUSIBLE).replace(":due", DUE).replace(":probed", PROBED);

    /**
     * Hosts take turns: one with thousands of nodes that do not answer is to delay those of no other. Of the nodes that
     * are due as many are looked at as are due for longest.
     */
    static final String PROBES_DUE = """
            SELECT c.tool_id
            FROM (SELECT r.tool_id, r.probe_due_at,
                         regexp_replace(split_part(r.health_endpoint, '/', 3), ':[0-9]*$', '') AS host
                  FROM tool_registrations AS r
                  WHERE :to_be_probed AND :not_left_out
                  ORDER BY r.probe_due_at NULLS FIRST
                  LIMIT 20000) AS c
            ORDER BY row_number() OVER (PARTITION BY c.host ORDER BY c.probe_due_at NULLS FIRST),
                     c.probe_due_at NULLS FIRST
            LIMIT :limit
            """.replace(":to_be_probed", TO_BE_PROBED).replace(":not_left_out", NOT_LEFT_OUT);

    /** The replica that claims a node to probe has it to itself until the next probe is due. */
    static final String CLAIM_PROBES = """
            UPDATE tool_registrations AS r
            SET probe_due_at = now() + make_interval(secs => (
                    SELECT i.seconds FROM unnest(:node_type::text[], :seconds::float8[]) AS i (node_type, seconds)
                    WHERE i.node_type = r.node_type) * (0.8 + 0.4 * random()))
            FROM (SELECT r.tool_id
                  FROM tool_registrations AS r
                  WHERE r.tool_id = ANY (:node_ids::text[]) AND :to_be_probed
                  ORDER BY r.tool_id
                  FOR NO KEY UPDATE SKIP LOCKED) AS due
            WHERE r.tool_id = due.tool_id
            RETURNING r.tool_id AS node_id, r.node_type, r.health_endpoint
            """.replace(":to_be_probed", TO_BE_PROBED);

    /**
     * An answer renews the lease, but for a node that must send heartbeats; a suspect is active again, unless it owes
     * those. One that need not send them, and no longer does, is watched by probes from then on: else it would be a
     * suspect once in every lease.
     */
    static final String PROBES = RegistrationSql.plain("""
            UPDATE tool_registrations AS r
            SET probe_failures = CASE WHEN i.alive THEN 0 WHEN i.judged THEN :one_more_failure
                                      ELSE r.probe_failures END,
                probe_result = i.result,
                probe_detail = i.detail,
                probed_at = now(),
                last_heartbeat = CASE WHEN i.alive THEN :heartbeat ELSE r.last_heartbeat END,
                last_seen_at = CASE WHEN i.alive THEN now() ELSE r.last_seen_at END,
                last_seen_by = CASE WHEN i.alive THEN 'probe' ELSE r.last_seen_by END,
                heartbeat_timestamp = CASE WHEN i.alive AND r.watch = 'auto' THEN NULL ELSE r.heartbeat_timestamp END,
                lease_expires_at = CASE WHEN i.alive AND r.watch IN ('auto', 'probe')
                    THEN GREATEST(:plain(r.lease_expires_at), now() + make_interval(secs => :lease_ttl_of_row))
                    ELSE r.lease_expires_at END,
                status = n.status,
                status_reason = CASE WHEN n.status <> r.status THEN 'probe_answered' ELSE r.status_reason END,
                suspect_since = CASE WHEN n.status = 'suspect' THEN r.suspect_since END,
                check_status = d.check_status,
                flaps = d.new_flaps,
                flapped_at = d.new_flapped_at,
                damped_until = d.new_damped_until,
                revision = CASE WHEN d.check_status <> r.check_status THEN :next_revision ELSE r.revision END,
                updated_at = CASE WHEN n.status <> r.status OR d.check_status <> r.check_status THEN now()
                                  ELSE r.updated_at END
            FROM unnest(:node_id::text[], :alive::boolean[], :judged::boolean[], :result::text[], :detail::text[])
                AS i (tool_id, alive, judged, result, detail)
            JOIN tool_registrations AS old ON old.tool_id = i.tool_id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN old.status IN :from AND i.alive
                                 AND NOT (old.watch IN ('heartbeat', 'both') AND old.lease_expires_at < now()) THEN :to
                            ELSE old.status END AS status) AS n
            CROSS JOIN LATERAL registration_damping(
                registration_check(n.status, old.health_status), registration_check(old.status, old.health_status),
                old.check_status, old.flaps, old.flapped_at, old.damped_until, :most, :within, :quiet) AS d
            WHERE r.tool_id = old.tool_id
              AND old.status IN ('active', 'suspect')
            RETURNING r.tool_id, n.status <> old.status OR d.check_status <> old.check_status AS changed
            """.replace(":heartbeat", RealHeartbeat.SQL).replace(":one_more_failure", ONE_MORE_FAILURE)
            .replace(":from", Transition.RECOVER.fromSql()).replace(":to", Transition.RECOVER.toSql()));

    static final String LAPSE = """
            UPDATE tool_registrations AS r
            SET status = :to,
                status_reason = i.reason,
                suspect_since = now(),
                check_status = 'critical',
                revision = CASE WHEN r.check_status <> 'critical' THEN :next_revision ELSE r.revision END,
                damped_until = CASE WHEN r.damped_until IS NOT NULL
                                    THEN GREATEST(r.damped_until, now() + make_interval(secs => :quiet)) END,
                updated_at = now(),
                probe_due_at = NULL
            FROM unnest(:node_id::text[], :reason::text[]) AS i (tool_id, reason)
            WHERE r.tool_id = i.tool_id
              AND r.status IN :from
              AND (:due OR :probed AND r.probe_failures >= :failures)
            RETURNING r.tool_id, TRUE AS changed
            """.replace(":from", Transition.LAPSE.fromSql()).replace(":to", Transition.LAPSE.toSql())
            .replace(":due", DUE).replace(":probed", PROBED);

    /** Judges once more what was judged when the node was read: its lease may have been renewed since. */
    static final String EXPIRE = """
            UPDATE tool_registrations AS r
            SET status = :to,
                status_reason = i.reason,
                suspect_since = NULL,
                revision = :next_revision,
                updated_at = now()
            FROM unnest(:node_id::text[], :reason::text[]) AS i (tool_id, reason)
            WHERE r.tool_id = i.tool_id
              AND r.status IN :from
              AND :due
            RETURNING r.tool_id, TRUE AS changed
            """.replace(":from", Transition.EXPIRE.fromSql()).replace(":to", Transition.EXPIRE.toSql())
            .replace(":due", DUE);

    /** A time that lies years ahead is of another program, and would damp for ever. */
    private static final String QUIET_BY_NOW =
            "(r.damped_until < now() OR r.damped_until >= " + StoredTime.END_OF_PLAUSIBLE + ")";

    static final String UNDAMP = """
            UPDATE tool_registrations AS r
            SET damped_until = NULL,
                flaps = 0,
                check_status = registration_check(r.status, r.health_status),
                status_reason = CASE WHEN registration_check(r.status, r.health_status) = r.check_status
                                     THEN r.status_reason ELSE 'damping_ended' END,
                revision = CASE WHEN registration_check(r.status, r.health_status) <> r.check_status
                                THEN :next_revision ELSE r.revision END,
                updated_at = CASE WHEN registration_check(r.status, r.health_status) <> r.check_status THEN now()
                                  ELSE r.updated_at END
            FROM (SELECT r.tool_id, registration_check(r.status, r.health_status) <> r.check_status AS changed
                  FROM tool_registrations AS r
                  WHERE :quiet_by_now AND r.status IN ('active', 'suspect')
                    AND r.tool_id = ANY (:node_id::text[])) AS due
            WHERE r.tool_id = due.tool_id
            RETURNING r.tool_id, due.changed
            """.replace(":quiet_by_now", QUIET_BY_NOW);

    /** Nodes whose checks have been quiet for long enough. */
    static final String QUIET = """
            SELECT r.tool_id
            FROM tool_registrations AS r
            WHERE :quiet_by_now AND r.status IN ('active', 'suspect') AND :not_left_out
            ORDER BY r.tool_id
            LIMIT :limit
            """.replace(":not_left_out", NOT_LEFT_OUT).replace(":quiet_by_now", QUIET_BY_NOW);

    static final String COHORTS = """
            SELECT r.node_type, :region AS region,
                   count(*) FILTER (WHERE r.status IN ('active', 'suspect')) AS live,
                   count(*) FILTER (WHERE r.status = 'expired') AS expired
            FROM tool_registrations AS r
            WHERE r.status IN ('active', 'suspect')
               OR r.status = 'expired' AND r.updated_at > now() - make_interval(secs => :window)
            GROUP BY 1, 2
            """.replace(":region", REGION);

    static final String DAMPED = """
            SELECT count(*)
            FROM tool_registrations AS r
            WHERE r.damped_until IS NOT NULL AND r.status IN ('active', 'suspect')
            """;

    private LeaseSql() {}
}
