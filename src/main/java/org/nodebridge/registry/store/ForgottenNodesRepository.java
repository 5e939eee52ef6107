// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.History.Noted;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Forgets nodes, or their owners alone. Safe from many threads and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ForgottenNodesRepository {

    private static final String DEPART = RegistrationSql.next("""
            UPDATE tool_registrations AS r
            SET status = 'departed', status_reason = 'forgotten', revision = :next_revision, updated_at = now()
            WHERE r.tool_id = :node_id
            """);

    private static final String ROW = "DELETE FROM tool_registrations WHERE tool_id = :node_id";
    private static final String OWNER = "DELETE FROM node_owners WHERE node_id = :node_id RETURNING owner, since";
    private static final RowMapper<ReleasedOwner> RELEASED_OWNER = ConstructorMapper.of(ReleasedOwner.class);
    private static final String OWNER_RELEASED = "owner_released";

    @Inject
    private Jdbi jdbi;

    @Inject
    private RegistrySettings settings;

    /**
     * Removes the node's row or tombstone, and its owner. The history keeps that, with who asked for it: it is what
     * watchers and auditors read.
     *
     * @param actor who asks for it
     * @param correlationId of the request; {@code null} for none
     * @return whether anything was known of the node
     */
    public boolean forget(String nodeId, String actor, String correlationId) {
        return jdbi.withHandle(handle -> {
            boolean known = !RowLocks.take(handle, List.of(nodeId)).isEmpty();
            if (known) {
                change(handle, DEPART, nodeId);
            }
            boolean owned = removeOwner(handle, nodeId).isPresent();
            if (known) {
                History.note(
                        handle, List.of(new Noted(nodeId, "departed", actor, correlationId)), settings.retention());
                change(handle, ROW, nodeId);
            } else if (owned) {
                History.noteWithoutRow(handle, new Noted(nodeId, OWNER_RELEASED, actor, correlationId), "forgotten");
            }
            return known || owned;
        });
    }

    /**
     * Takes a node's owner from it, so that the next one that vouches for it becomes its owner. The history keeps that,
     * also of a node without a row.
     *
     * @param actor who asks for it
     * @param correlationId of the request; {@code null} for none
     * @return whose it was; empty when it had no owner, and nothing is done
     */
    public Optional<ReleasedOwner> releaseOwner(String nodeId, String actor, String correlationId) {
        return jdbi.withHandle(handle -> {
            boolean known = !RowLocks.take(handle, List.of(nodeId)).isEmpty();
            Optional<ReleasedOwner> released = removeOwner(handle, nodeId);
            if (released.isPresent()) {
                Noted change = new Noted(nodeId, OWNER_RELEASED, actor, correlationId);
                if (known) {
                    History.note(handle, List.of(change), settings.retention());
                } else {
                    History.noteWithoutRow(handle, change, null);
                }
            }
            return released;
        });
    }

    private static Optional<ReleasedOwner> removeOwner(Handle handle, String nodeId) {
        return handle.createQuery(OWNER).bind("node_id", nodeId).map(RELEASED_OWNER).findOne();
    }

    private static void change(Handle handle, String sql, String nodeId) {
        if (handle.createUpdate(sql).bind("node_id", nodeId).execute() == 0) {
            throw StoreRefusedException.kept();
        }
    }

    /**
     * Whose a node was.
     *
     * @param since when it became so
     */
    public record ReleasedOwner(String owner, Instant since) {}
}
