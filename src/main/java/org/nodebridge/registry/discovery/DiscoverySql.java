// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

/** What the view reads. Every row is bounded in bytes where it is read, for any content of the table. */
public final class DiscoverySql {

    /** Endpoints whose JSON is longer are not kept, and so lead to no node. */
    static final int MAX_ENDPOINTS_LENGTH = 4096;
    static final int MAX_CAPABILITIES = 64;
    static final int MAX_CAPABILITY_LENGTH = 128;
    static final int MAX_METADATA = 32;
    static final int MAX_METADATA_KEY_LENGTH = 64;
    static final int MAX_METADATA_VALUE_LENGTH = 128;

    /** Of a version and a region; what is longer is cut off. */
    public static final int MAX_TEXT_LENGTH = 128;

    static final String STATE = """
            SELECT r.last_revision AS revision, (SELECT t.history_id FROM topology_published AS t) AS history_id
            FROM registration_revision AS r
            """;

    static final String CHANGED = """
            SELECT h.revision, h.tool_id AS node_id
            FROM registration_history AS h
            WHERE h.revision > :after
            ORDER BY h.revision
            LIMIT :limit
            """;

    /** By when it came, not by what the node calls now; before version 19 the column was set by registrations too. */
    private static final String HEARTBEAT = "r.last_heartbeat <= now() + interval '1 minute'"
            + " AND r.last_heartbeat > now() - interval '1 day'"
            + " AND r.heartbeat_timestamp IS NOT NULL";

    /**
     * What is read of capabilities, metadata and endpoints, three columns of JSON of a table called {@code r}, for the
     * columns of a {@link NodeRow}.
     */
    public static final String CONTENT = """
                   (SELECT CAST(json_agg(c.name) AS text)
                    FROM (SELECT k.name
                          FROM jsonb_object_keys(
                              CASE WHEN jsonb_typeof(r.capabilities) = 'object' THEN r.capabilities ELSE '{}' END)
                              AS k (name)
                          WHERE length(k.name) <= :max_capability_length
                          ORDER BY k.name COLLATE "C"
                          LIMIT :max_capabilities) AS c) AS capabilities,
                   (SELECT CAST(json_agg(m.entry) AS text)
                    FROM (SELECT e.key || '=' || (e.value #>> '{}') AS entry
                          FROM jsonb_each(
                              CASE WHEN jsonb_typeof(r.metadata) = 'object' THEN r.metadata ELSE '{}' END)
                              AS e (key, value)
                          WHERE length(e.key) <= :max_key_length
                            AND jsonb_typeof(e.value) NOT IN ('object', 'array')
                            AND length(e.value #>> '{}') <= :max_value_length
                          ORDER BY e.key COLLATE "C"
                          LIMIT :max_metadata) AS m) AS metadata,
                   CASE WHEN length(CAST(r.endpoints AS text)) <= :max_endpoints_length
                        THEN CAST(r.endpoints AS text) END AS endpoints,
                   CASE WHEN jsonb_typeof(r.metadata) = 'object' THEN left(r.metadata ->> 'weight', 32) END AS weight
            """.strip().replace(":max_capability_length", "" + MAX_CAPABILITY_LENGTH)
            .replace(":max_capabilities", "" + MAX_CAPABILITIES)
            .replace(":max_key_length", "" + MAX_METADATA_KEY_LENGTH)
            .replace(":max_value_length", "" + MAX_METADATA_VALUE_LENGTH)
            .replace(":max_metadata", "" + MAX_METADATA)
            .replace(":max_endpoints_length", "" + MAX_ENDPOINTS_LENGTH);

    private static final String ROW = """
            SELECT r.tool_id AS node_id, r.node_type, left(r.node_version, :max_text_length) AS node_version,
                   left(r.region, :max_text_length) AS region, r.status, r.check_status,
                   :content,
                   CASE WHEN isfinite(r.registered_at)
                        THEN LEAST(GREATEST(extract(epoch FROM now() - r.registered_at), 0), 1e9) ELSE 1e9 END
                        AS registered_for,
                   CASE WHEN :heartbeat THEN extract(epoch FROM now() - r.last_heartbeat) END AS heartbeat_for,
                   r.active_operations, r.cpu_percent,
                   r.cordoned_at IS NOT NULL AND (r.cordoned_until > now()) IS NOT FALSE AS cordoned
            FROM tool_registrations AS r
            WHERE r.status IN ('active', 'suspect', 'draining')
            """.replace(":content", CONTENT)
            .replace(":max_text_length", "" + MAX_TEXT_LENGTH)
            .replace(":heartbeat", HEARTBEAT);

    static final String FIRST = ROW + "ORDER BY r.tool_id LIMIT :limit";
    static final String NEXT = ROW + "AND r.tool_id > :after ORDER BY r.tool_id LIMIT :limit";
    static final String OF_NODES = ROW + "AND r.tool_id = ANY (CAST(:ids AS text[]))";

    static final String LOADS = """
            SELECT r.tool_id AS node_id, extract(epoch FROM now() - r.last_heartbeat) AS heartbeat_for,
                   r.active_operations, r.cpu_percent
            FROM tool_registrations AS r
            WHERE r.last_heartbeat > now() - make_interval(secs => :newer_than) AND :heartbeat
              AND r.status IN ('active', 'suspect')
            LIMIT :limit
            """.replace(":heartbeat", HEARTBEAT);

    private DiscoverySql() {}
}
