// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.History.Noted;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Notes in the history what nodes are that changed more often than the history notes. Safe from many threads and
 * replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class PendingHistoryRepository {

    private static final String DUE = """
            FROM tool_registrations AS c
            WHERE c.history_pending IS NOT NULL
              AND (:last > now() - make_interval(secs => :interval)) IS NOT TRUE
            """;

    private static final String DUE_AFTER = "SELECT c.tool_id " + DUE + """
              AND c.tool_id :after :node_id
            ORDER BY c.tool_id
            LIMIT :limit
            """;

    private static final String DUE_OF_NODES = "SELECT c.tool_id, c.history_pending " + DUE + """
              AND c.tool_id = ANY (:node_ids::text[])
            ORDER BY c.tool_id
            FOR NO KEY UPDATE SKIP LOCKED
            """;

    @Inject
    private Jdbi jdbi;

    @Inject
    private RegistrySettings settings;

    /**
     * Nodes that may be noted again, in the order of their ids.
     *
     * @param after the id after which to begin; {@code null} for the first
     */
    public List<String> due(String after, int limit) {
        String sql = DUE_AFTER.replace(":after", after == null ? ">=" : ">");
        return jdbi.withHandle(handle -> handle.createQuery(History.with(settings.retention(), sql))
                .bind("node_id", after == null ? "" : after)
                .bind("limit", limit)
                .mapTo(String.class)
                .list());
    }

    /**
     * Notes those of these nodes that may be noted again.
     *
     * @return those that have been noted
     */
    public List<String> note(Collection<String> nodeIds) {
        return jdbi.withHandle(handle -> {
            List<Noted> changes = handle.createQuery(History.with(settings.retention(), DUE_OF_NODES))
                    .bind("node_ids", Columns.texts(nodeIds))
                    .map(row -> new Noted(
                            row.getColumn("tool_id", String.class), row.getColumn("history_pending", String.class),
                            null, null))
                    .list();
            History.note(handle, changes, settings.retention());
            return changes.stream().map(Noted::nodeId).toList();
        });
    }
}
