// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Notes what a transaction has changed, as its last act. */
final class History {

    /**
     * Notes what has changed, from the rows as they are now. The last statement of its transaction: it takes the one
     * row that counts revisions, and whoever else changes something waits for that until this transaction ends.
     */
    private static final String NOTE = """
            WITH changed AS (
                SELECT i.tool_id, i.change, i.position
                FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS i (tool_id, change, position)),
            counter AS (
                UPDATE registration_revision
                SET last_revision = last_revision + (SELECT count(*) FROM changed)
                RETURNING last_revision - (SELECT count(*) FROM changed) AS base, clock_timestamp() AS now)
            INSERT INTO registration_history
                (revision, tool_id, change, reason, node_type, status, check_status, epoch, event_timestamp, event_id,
                 correlation_id, content_hash, content, changed_at)
            SELECT counter.base + changed.position, r.tool_id,
                   CASE WHEN changed.change = 'left' THEN r.status ELSE changed.change END,
                   r.status_reason, r.node_type, r.status, r.check_status, r.epoch, r.event_timestamp, r.event_id,
                   r.correlation_id, r.content_hash,
                   CASE WHEN changed.change IN ('registered', 'updated') THEN jsonb_build_object(
                       'capabilities', r.capabilities, 'endpoints', r.endpoints, 'metadata', r.metadata,
                       'node_role', r.node_role, 'version', r.node_version, 'environment', r.environment,
                       'region', r.region, 'network_id', r.network_id, 'deployment_id', r.deployment_id) END,
                   counter.now
            FROM changed
            JOIN tool_registrations AS r USING (tool_id)
            CROSS JOIN counter
            """;

    private History() {}

    /** @param changes node id and kind of change, of each node one at most */
    static void note(Connection connection, List<Map.Entry<String, String>> changes) throws SQLException {
        if (!changes.isEmpty()) {
            try (var history = new BatchStatement<>(connection, NOTE, changes)) {
                history.text(Map.Entry::getKey).text(Map.Entry::getValue);
                history.bound().executeUpdate();
            }
        }
    }
}
