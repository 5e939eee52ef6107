// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Locks the rows of a batch in the order of their ids before anything is written. An UPDATE takes its rows in the order
 * of its plan, so that two batches about the same nodes would often each hold what the other waits for; and
 * PostgreSQL looks for that only after a second.
 */
public final class RowLocks {

    /**
     * Lets the rest of a transaction find rows by indexes alone. What is pending is nothing most of the time and
     * thousands of rows at others; a plan that was kept from when it was nothing would go through all of it for each
     * row of a batch, which took more than half a minute for 3,500.
     */
    public static final String BY_INDEX = "set_config('enable_seqscan', 'off', TRUE)";

    private static final String HELD = """
            FROM (SELECT r.tool_id
                  FROM tool_registrations AS r
                  WHERE r.tool_id = ANY (:node_ids::text[])
                  ORDER BY r.tool_id
                  FOR NO KEY UPDATE) AS held;
            """;

    /**
     * Holds the rows of {@code :node_ids}, and tells nothing of them; goes before a statement that is sent in the same
     * round trip.
     */
    public static final String IN_ORDER = "SELECT count(*) + length(" + BY_INDEX + ")\n" + HELD;

    /**
     * Once they are held, in a statement of its own: only then does it see what was committed while it waited. Rows
     * that were made meanwhile are there too, and not held; so the transaction keeps which it holds in a setting.
     */
    private static final String TAKE = "SELECT length(" + BY_INDEX + ") + length(set_config('registry.held',"
            + " COALESCE(array_agg(tool_id), '{}')::text, TRUE))\n" + HELD + """
            SELECT r.tool_id, r.content_hash, r.node_type, r.health_endpoint, r.check_status,
                   r.status IN ('active', 'suspect')
                       AND NOT EXISTS (SELECT 1 FROM pending_writes AS p
                                       WHERE p.catalog = 'consul' AND p.tool_id = r.tool_id) AS confirmed
            FROM tool_registrations AS r
            WHERE r.tool_id = ANY (current_setting('registry.held')::text[])
            """;

    private static final String TAKE_FREE = """
            SELECT r.tool_id
            FROM tool_registrations AS r
            WHERE r.tool_id = ANY (:node_ids::text[])
            ORDER BY r.tool_id
            FOR NO KEY UPDATE SKIP LOCKED
            """;

    private RowLocks() {}

    /**
     * Holds those of the rows until the transaction ends that no other session holds now, and waits for none.
     *
     * @return the nodes whose rows are held
     */
    public static Set<String> takeFree(Handle handle, Collection<String> nodeIds) {
        return handle.createQuery(TAKE_FREE)
                .bind("node_ids", Columns.texts(nodeIds))
                .mapTo(String.class)
                .set();
    }

    /** Has the rest of the transaction wait for no lock of others for longer than an instant. */
    public static void waitForNone(Handle handle) {
        handle.execute("SET LOCAL lock_timeout = '10ms'");
    }

    /**
     * Holds the rows that are there until the transaction ends.
     *
     * @return what is known of them, by node id
     */
    public static Map<String, Held> take(Handle handle, Collection<String> nodeIds) {
        return handle.createQuery(TAKE)
                .bind("node_ids", Columns.texts(nodeIds))
                .execute(Columns.SECOND_ANSWER)
                .reduceRows(new HashMap<>(), (held, row) -> {
                    Check check = row.getColumn("confirmed", Boolean.class)
                            ? new Check(
                                    row.getColumn("node_type", String.class),
                                    row.getColumn("health_endpoint", String.class),
                                    row.getColumn("check_status", String.class))
                            : null;
                    held.put(row.getColumn("tool_id", String.class),
                            new Held(row.getColumn("content_hash", String.class), check));
                    return held;
                });
    }

    /**
     * A row as it was before its transaction changed it.
     *
     * @param check the check in Consul, where the node is discoverable and Consul has confirmed all of it; else
     *     {@code null}
     */
    public record Held(String contentHash, Check check) {}

    /** All that a node's check in Consul is made from. */
    public record Check(String nodeType, String healthEndpoint, String status) {}
}
