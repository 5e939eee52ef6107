// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Whose nodes are. The first owner stays, whichever replica it comes to. Safe from many threads and replicas; every
 * call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class NodeOwnersRepository {

    private static final String FIND = "SELECT node_id, owner FROM node_owners WHERE node_id = ANY (:node_ids::text[])";

    /** Waits for another transaction that is about to give one of the nodes an owner, and leaves that one. */
    private static final String BIND = """
            INSERT INTO node_owners (node_id, owner)
            SELECT i.node_id, i.owner
            FROM unnest(:node_id::text[], :owner::text[]) AS i (node_id, owner)
            ORDER BY i.node_id
            ON CONFLICT (node_id) DO NOTHING
            """;

    @Inject
    private Jdbi jdbi;

    /** The owners of these nodes, by node id; nodes without one are left out. */
    public Map<String, String> find(Collection<String> nodeIds) {
        return jdbi.withHandle(handle -> find(handle, nodeIds));
    }

    /**
     * Gives those nodes that have no owner one, and tells whose all of them are. One look when all have theirs.
     *
     * @param nodeIds the nodes that are asked about
     * @param wanted the owner of those of them that may get one, by node id
     * @return the owners that these nodes have now, by node id; nodes without one are left out
     */
    public Map<String, String> bind(Collection<String> nodeIds, Map<String, String> wanted) {
        return jdbi.withHandle(handle -> {
            Map<String, String> owners = find(handle, nodeIds);
            List<Map.Entry<String, String>> missing = wanted.entrySet().stream()
                    .filter(owner -> !owners.containsKey(owner.getKey()))
                    .toList();
            if (!missing.isEmpty()) {
                handle.createUpdate(BIND)
                        .bindNamedArgumentFinder(Columns.of(missing)
                                .text("node_id", Map.Entry::getKey)
                                .text("owner", Map.Entry::getValue))
                        .execute();
                owners.putAll(find(handle, missing.stream().map(Map.Entry::getKey).toList()));
            }
            return owners;
        });
    }

    private static Map<String, String> find(Handle handle, Collection<String> nodeIds) {
        return handle.createQuery(FIND).bind("node_ids", Columns.texts(nodeIds)).reduceRows(
                new HashMap<>(), (owners, row) -> {
                    owners.put(row.getColumn("node_id", String.class), row.getColumn("owner", String.class));
                    return owners;
                });
    }
}
