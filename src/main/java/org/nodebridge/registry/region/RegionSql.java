// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import org.nodebridge.registry.discovery.DiscoverySql;

/** Statements about other regions and their nodes. */
final class RegionSql {

    static final String ADD = "INSERT INTO remote_regions (region) VALUES (:region) ON CONFLICT DO NOTHING";

    static final String HOLD = """
            SELECT history_id, history_number, past_histories AS past, revision, complete, generation,
                   swept_generation AS swept, said_region, registry_id, last_seq AS seq, room
            FROM remote_regions
            WHERE region = :region
            FOR UPDATE
            """;

    static final String OWN = """
            SELECT export_id FROM registrations_export
            UNION ALL
            SELECT unnest(past_exports) FROM registrations_export
            """;

    /** Those that have been refused for want of room have another chance now and then. */
    static final String AGAIN = """
            SELECT topic_id IS DISTINCT FROM :topic_id OR looked_at IS NULL
                   OR looked_at < clock_timestamp() - make_interval(secs => :seconds)
                   OR (refused_at < clock_timestamp() - interval '10 minutes') IS TRUE
            FROM remote_regions
            WHERE region = :region
            """;

    static final String POSITIONS =
            "SELECT topic_partition AS partition, next_offset AS offset FROM remote_positions WHERE region = :region";

    static final String POSITION = """
            INSERT INTO remote_positions (region, topic_partition, next_offset)
            VALUES (:region, :partition, :offset)
            ON CONFLICT (region, topic_partition) DO UPDATE SET next_offset = EXCLUDED.next_offset
            """;

    static final String FORGET_POSITIONS = "DELETE FROM remote_positions WHERE region = :region";

    static final String RECEIVED = """
            SELECT count(*) FROM remote_registrations
            WHERE region = :region AND left_at IS NULL AND generation = :generation
            """;

    static final String LIVING = """
            SELECT node_id, history_id FROM remote_registrations
            WHERE region = :region AND left_at IS NULL AND node_id = ANY (CAST(:ids AS text[]))
            """;

    /**
     * Records may come again and in any number; the newest of a history wins, and the newest history. One that is read
     * again with its topic is no change, and says nothing of a later one that could not be read.
     */
    static final String WRITE = """
            INSERT INTO remote_registrations AS r
                (region, node_id, history_id, revision, generation, seq, left_at, registration, registered_at,
                 updated_at)
            VALUES (:region, :node_id, :history_id, :revision, :generation, :seq,
                    CASE WHEN CAST(:registration AS jsonb) IS NULL THEN clock_timestamp() END,
                    CAST(:registration AS jsonb), CAST(:registered_at AS timestamptz), CAST(:updated_at AS timestamptz))
            ON CONFLICT (region, node_id) DO UPDATE
            SET history_id = EXCLUDED.history_id, revision = EXCLUDED.revision, generation = EXCLUDED.generation,
                seq = CASE WHEN r.history_id = EXCLUDED.history_id AND r.revision = EXCLUDED.revision
                                AND r.registration IS NOT DISTINCT FROM EXCLUDED.registration
                           THEN r.seq ELSE EXCLUDED.seq END,
                left_at = EXCLUDED.left_at, registration = EXCLUDED.registration,
                registered_at = EXCLUDED.registered_at, updated_at = EXCLUDED.updated_at,
                imported_at = clock_timestamp(),
                unreadable_since = CASE WHEN r.history_id = EXCLUDED.history_id AND r.revision = EXCLUDED.revision
                                        THEN r.unreadable_since END
            WHERE r.history_id <> EXCLUDED.history_id
               OR r.revision < EXCLUDED.revision
               OR r.revision = EXCLUDED.revision AND r.generation < EXCLUDED.generation
            """;

    /** Nodes whose newest records could not be read: what is known of them is older. */
    static final String UNREADABLE = """
            UPDATE remote_registrations AS r
            SET unreadable_since = clock_timestamp(), seq = :seq + u.number
            FROM (SELECT known.node_id, row_number() OVER (ORDER BY known.node_id) AS number
                  FROM unnest(CAST(:ids AS text[]), CAST(:revisions AS bigint[])) AS n (node_id, revision)
                  JOIN remote_registrations AS known
                      ON known.region = :region AND known.node_id = n.node_id
                  WHERE known.left_at IS NULL AND known.unreadable_since IS NULL
                    AND (known.history_id <> :history_id OR known.revision < n.revision)) AS u
            WHERE r.region = :region AND r.node_id = u.node_id
            """;

    static final String SWEEP = """
            UPDATE remote_registrations AS r
            SET left_at = clock_timestamp(), registration = NULL, seq = :seq + left_out.number
            FROM (SELECT node_id, row_number() OVER (ORDER BY node_id) AS number
                  FROM remote_registrations
                  WHERE region = :region AND left_at IS NULL AND generation < :generation) AS left_out
            WHERE r.region = :region AND r.node_id = left_out.node_id
            """;

    static final String NOTE = """
            UPDATE remote_regions
            SET said_region = :said_region, registry_id = :registry_id, history_id = :history_id,
                history_number = :history_number, topic_id = :topic_id,
                past_histories = CAST(:past AS uuid[]), revision = :revision, complete = :complete,
                generation = :generation, swept_generation = :swept, room = :room, lag = :lag,
                newest_revision = :newest_revision, no_topic = :no_topic,
                unreadable = unreadable + :unreadable, refused = refused + :refused,
                refused_at = CASE WHEN :no_room THEN clock_timestamp()
                                  WHEN NOT :from_beginning THEN refused_at END,
                last_error = COALESCE(:error, last_error),
                last_error_at = CASE WHEN CAST(:error AS text) IS NULL THEN last_error_at ELSE clock_timestamp() END,
                heard_at = CASE WHEN :heard THEN clock_timestamp() ELSE heard_at END,
                looked_at = clock_timestamp(), last_seq = :seq
            WHERE region = :region
            """;

    /** A watcher that has not received a removal by then must receive all nodes again. */
    static final String PRUNE = """
            WITH pruned AS (DELETE FROM remote_registrations
                            WHERE left_at < clock_timestamp() - interval '14 days'
                            RETURNING region, seq)
            UPDATE remote_regions AS g
            SET pruned_seq = GREATEST(g.pruned_seq, p.seq)
            FROM (SELECT region, max(seq) AS seq FROM pruned GROUP BY region) AS p
            WHERE g.region = p.region
            """;

    static final String FORGET = "DELETE FROM remote_regions WHERE region = :region";

    /** How long a region was silent when its topic was last looked at: who does not look hears nothing. */
    static final String REGIONS = """
            SELECT region, link_id, said_region, registry_id, history_id, revision, complete, lag, newest_revision,
                   no_topic, unreadable, refused, last_error, last_error_at, heard_at, looked_at, last_seq, pruned_seq,
                   extract(epoch FROM looked_at - heard_at) AS silent_for,
                   extract(epoch FROM clock_timestamp() - looked_at) AS looked_for
            FROM remote_regions
            ORDER BY region
            """;

    /** What has changed, for replicas that follow: columns of a row of the discovery view. */
    static final String CHANGED = """
            SELECT r.seq, r.node_id, r.node_type, left(r.node_version, :text) AS node_version,
                   left(COALESCE(r.node_region, r.region), :text) AS region, r.status, r.check_status,
                   :content,
                   1e9 AS registered_for, CAST(NULL AS double precision) AS heartbeat_for,
                   CAST(NULL AS bigint) AS active_operations, CAST(NULL AS double precision) AS cpu_percent,
                   r.cordoned, r.left_at IS NOT NULL AS has_left
            FROM (SELECT seq, node_id, region, left_at, registration ->> 'node_type' AS node_type,
                         registration ->> 'version' AS node_version, registration ->> 'region' AS node_region,
                         registration ->> 'status' AS status, registration ->> 'health' AS check_status,
                         registration -> 'capabilities' AS capabilities, registration -> 'metadata' AS metadata,
                         registration -> 'endpoints' AS endpoints,
                         COALESCE(jsonb_typeof(registration -> 'cordon') = 'object', FALSE) AS cordoned
                  FROM remote_registrations
                  WHERE region = :region AND seq > :after
                  ORDER BY seq
                  LIMIT :limit) AS r
            ORDER BY r.seq
            """.replace(":content", DiscoverySql.CONTENT).replace(":text", "" + DiscoverySql.MAX_TEXT_LENGTH);

    private static final String SHOWN = """
            SELECT node_id, revision, history_id, imported_at, unreadable_since,
                   CAST(registration AS text) AS registration
            FROM remote_registrations
            WHERE region = :region AND left_at IS NULL""";

    static final String NODE = SHOWN + " AND node_id = :node_id";

    /** Bounded in bytes where it is read. */
    static final String PAGE = """
            SELECT * FROM (
                SELECT shown.*, sum(length(registration)) OVER (ORDER BY node_id) AS bytes,
                       row_number() OVER (ORDER BY node_id) AS number
                FROM (%s AND node_id > :after ORDER BY node_id LIMIT :limit) AS shown) AS page
            WHERE bytes <= :bytes OR number = 1
            ORDER BY number
            """.formatted(SHOWN);

    /** Columns of a registration p, in which anything may stand. */
    static final String CONTENT = """
            CASE WHEN jsonb_typeof(p.registration -> 'capabilities') = 'object'
                        THEN CAST(p.registration -> 'capabilities' AS text) END AS capabilities,
                   CASE WHEN jsonb_typeof(p.registration -> 'endpoints') = 'object'
                        THEN CAST(p.registration -> 'endpoints' AS text) END AS endpoints,
                   CASE WHEN jsonb_typeof(p.registration -> 'metadata') = 'object'
                        THEN CAST(p.registration -> 'metadata' AS text) END AS metadata,
                   CAST(p.registration - CAST('{capabilities,endpoints,metadata}' AS text[]) AS text) AS others
            """.strip();

    /** For watchers: the beginning of an id identifies the link, since a client sends that back. */
    private static final String STREAMED = """
            SELECT p.node_id, p.seq, p.left_at IS NOT NULL AS has_left, p.revision, p.imported_at,
                   p.unreadable_since, p.found,
                   p.registration ->> 'node_type' AS node_type,
                   :content
            FROM (SELECT t.*, sum(t.size) OVER (ORDER BY t.number) AS bytes, count(*) OVER () AS found
                  FROM (SELECT f.*, row_number() OVER (ORDER BY f.:key) AS number,
                               1000 + COALESCE(octet_length(CAST(f.registration AS text)), 0) AS size
                        FROM (SELECT r.*
                              FROM remote_registrations AS r
                              JOIN remote_regions AS g ON g.region = r.region
                              WHERE r.region = :region AND left(CAST(g.link_id AS text), 8) = :link_id
                                AND :condition
                              ORDER BY r.:key
                              LIMIT :limit) AS f) AS t) AS p
            WHERE p.bytes <= :bytes OR p.number = 1
            ORDER BY p.number
            """.replace(":content", CONTENT);

    static final String STREAMED_CHANGES = STREAMED.replace(":key", "seq")
            .replace(":condition", "r.seq > :after AND (r.left_at IS NULL OR r.seq > :living_up_to)");

    static final String STREAMED_NODES = STREAMED.replace(":key", "node_id")
            .replace(":condition", "r.node_id > :after AND r.left_at IS NULL");

    /** In which other regions a node is. */
    static final String ALSO_IN = """
            SELECT region FROM remote_registrations WHERE node_id = :node_id AND left_at IS NULL ORDER BY region
            """;

    private RegionSql() {}
}
