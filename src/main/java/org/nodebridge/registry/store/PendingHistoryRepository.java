// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.History.Noted;
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
            SELECT c.tool_id, c.history_pending
            FROM tool_registrations AS c
            WHERE c.history_pending IS NOT NULL
              AND (:last > now() - make_interval(secs => :interval)) IS NOT TRUE
            ORDER BY c.tool_id
            LIMIT :limit
            FOR NO KEY UPDATE SKIP LOCKED
            """;

    @Inject
    private Jdbi jdbi;

    @Inject
    private RegistrySettings settings;

    /**
     * Notes nodes that may be noted again.
     *
     * @param most the most nodes
     * @return how many there were
     */
    public int note(int most) {
        return jdbi.withHandle(handle -> {
            List<Noted> changes = handle.createQuery(History.with(settings.retention(), DUE))
                    .bind("limit", most)
                    .map(row -> new Noted(
                            row.getColumn("tool_id", String.class), row.getColumn("history_pending", String.class),
                            null, null))
                    .list();
            History.note(handle, changes, settings.retention());
            return changes.size();
        });
    }
}
