// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

/**
 * Reads of the history. Each is bounded in bytes as well as in rows, has one row at least where there is any, and gives
 * in {@code rows_found} how many there would have been by the number alone. What has changed is found out here and not
 * from two contents side by side: they can be a mebibyte each, and many times that as trees. JSONB takes two spellings
 * of one number for the same, and so does {@link org.nodebridge.registry.event.ContentHash}.
 */
public final class HistorySql {

    private static final String BEFORE = """
            LEFT JOIN LATERAL (
                SELECT b.status, b.check_status, b.node_type, b.epoch
                FROM registration_history AS b
                WHERE b.tool_id = h.tool_id AND b.revision < h.revision
                ORDER BY b.revision DESC
                LIMIT 1) AS p ON TRUE
            LEFT JOIN LATERAL (
                SELECT b.content
                FROM registration_history AS b
                WHERE b.tool_id = h.tool_id AND b.revision < h.revision AND b.content IS NOT NULL
                  AND h.content IS NOT NULL
                ORDER BY b.revision DESC
                LIMIT 1) AS c ON TRUE
            """;

    private static final String FITTING = """
            (SELECT w.*
             FROM (SELECT s.*, count(*) OVER () AS rows_found,
                          row_number() OVER (ORDER BY s.revision :direction) AS place,
                          sum(s.bytes) OVER (ORDER BY s.revision :direction) AS bytes_through
                   FROM (SELECT h.*, :size AS bytes FROM (:rows) AS h :joined) AS s) AS w
             WHERE w.bytes_through <= :most OR w.place = 1) AS h
            """;

    private static final String CONTENT_BYTES = "500 + COALESCE(octet_length(CAST(h.content AS text)), 0)"
            + " + COALESCE(octet_length(h.reason), 0)";

    /** Of one node, newest first. */
    public static final String OF_NODE = """
            SELECT h.revision, h.change, h.reason, h.status, h.check_status, h.epoch, h.event_id,
                   CAST(h.event_timestamp AS text) AS event_timestamp,
                   h.correlation_id, h.actor, h.changed_at, CAST(h.content AS text) AS content, h.rows_found, h.bytes,
                   (SELECT string_agg(f.field, ',' ORDER BY f.place, f.field COLLATE "C")
                    FROM (SELECT 1 AS place, n.key AS field
                          FROM jsonb_each(h.content) AS n
                          WHERE c.content IS NOT NULL AND n.value IS DISTINCT FROM COALESCE(c.content -> n.key, 'null')
                          UNION ALL SELECT 2, 'node_type' WHERE h.node_type <> p.node_type
                          UNION ALL SELECT 3, 'status' WHERE h.status <> p.status
                          UNION ALL SELECT 4, 'health' WHERE h.check_status <> p.check_status
                          UNION ALL SELECT 5, 'cordon' WHERE h.change IN ('cordoned', 'uncordoned')) AS f)
                       AS changed_fields
            FROM :fitting
            """.replace(":fitting", FITTING.replace(":direction", "DESC").replace(":size", CONTENT_BYTES)
            .replace(":joined", "").replace(":most", ":bytes")
            .replace(":rows", """
                    SELECT * FROM registration_history WHERE tool_id = :node_id AND revision < :before
                    ORDER BY revision DESC
                    LIMIT :limit""")) + BEFORE + "ORDER BY h.revision DESC";

    /**
     * The row of a node and the newest of its changes but for what an operator can do to one that has gone; either may
     * be missing. Read in the order of the index up to the first that counts, and no further than a thousand changes
     * back.
     */
    static final String LAST_STATE = """
            SELECT r.status AS row_status, left(r.status_reason, 1000) AS row_reason,
                   CAST(r.updated_at AS text) AS row_updated_at, CAST(r.last_seen_at AS text) AS last_seen_at,
                   r.last_seen_by, r.probe_result, left(r.probe_detail, 1000) AS probe_detail,
                   CAST(r.probed_at AS text) AS probed_at, r.probe_failures,
                   h.change, h.reason, h.actor, h.correlation_id, CAST(h.changed_at AS text) AS changed_at, h.revision
            FROM (SELECT CAST(:node_id AS text) AS tool_id) AS n
            LEFT JOIN tool_registrations AS r ON r.tool_id = n.tool_id
            LEFT JOIN LATERAL (
                SELECT l.*
                FROM (SELECT b.change, left(b.reason, 1000) AS reason, b.actor, b.correlation_id, b.changed_at,
                             b.revision
                      FROM registration_history AS b
                      WHERE b.tool_id = n.tool_id
                      ORDER BY b.revision DESC
                      LIMIT 1000) AS l
                WHERE l.change NOT IN ('cordoned', 'uncordoned', 'owner_released')
                ORDER BY l.revision DESC
                LIMIT 1) AS h ON TRUE
            """;

    private static final String AFTER = """
            SELECT h.revision, h.tool_id, h.node_type, h.change, h.reason, h.status, p.status AS status_before,
                   h.check_status, h.epoch, h.event_id,
                   CAST(h.event_timestamp AS text) AS event_timestamp, h.changed_at,
                   (SELECT string_agg(f.field, ',' ORDER BY f.field COLLATE "C")
                    FROM (SELECT n.key AS field
                          FROM jsonb_each(h.content) AS n
                          WHERE n.value IS DISTINCT FROM COALESCE(c.content -> n.key, 'null')
                          UNION ALL SELECT 'status' WHERE h.status IS DISTINCT FROM p.status
                          UNION ALL SELECT 'health' WHERE h.check_status IS DISTINCT FROM p.check_status
                          UNION ALL SELECT 'node_type' WHERE h.node_type IS DISTINCT FROM p.node_type
                          UNION ALL SELECT 'epoch' WHERE h.epoch IS DISTINCT FROM p.epoch
                          UNION ALL SELECT 'cordon' WHERE h.change IN ('cordoned', 'uncordoned')) AS f)
                       AS changed_fields,
                   CAST(h.content -> 'capabilities' AS text) AS capabilities,
                   CAST(h.content -> 'endpoints' AS text) AS endpoints,
                   CAST(h.content -> 'metadata' AS text) AS metadata,
                   CAST(h.content - CAST('{capabilities,endpoints,metadata}' AS text[]) AS text) AS others, h.bytes
            FROM :fitting
            """.replace(":fitting", FITTING.replace(":direction", "").replace(":most", ":bytes")
            .replace(":rows", """
                    SELECT * FROM registration_history WHERE revision > :after ORDER BY revision LIMIT :limit"""))
            + BEFORE + "ORDER BY h.revision";

    /** Of all nodes, in order. */
    public static final String AFTER_REVISION = AFTER.replace(":size", CONTENT_BYTES).replace(":joined", "");

    /** The same with as many bytes for each change as the row of its node has. */
    public static final String AFTER_REVISION_WITH_ROWS = AFTER.replace(
            ":size", CONTENT_BYTES + " + " + RegistrationRowsSql.bytes("r"))
            .replace(":joined", "LEFT JOIN tool_registrations AS r ON r.tool_id = h.tool_id");

    private HistorySql() {}
}
