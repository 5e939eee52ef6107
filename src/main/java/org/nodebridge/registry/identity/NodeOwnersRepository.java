// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.nodebridge.registry.store.jdbc.BatchStatement;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Whose nodes are. The first owner stays, whichever replica it comes to. Safe from many threads and replicas; every
 * call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class NodeOwnersRepository {

    private static final String FIND = "SELECT node_id, owner FROM node_owners WHERE node_id = ANY (?::text[])";

    /** Waits for another transaction that is about to give one of the nodes an owner, and leaves that one. */
    private static final String BIND = """
            INSERT INTO node_owners (node_id, owner)
            SELECT i.node_id, i.owner
            FROM unnest(?::text[], ?::text[]) AS i (node_id, owner)
            ORDER BY i.node_id
            ON CONFLICT (node_id) DO NOTHING
            """;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    /** The owners of these nodes, by node id; nodes without one are left out. */
    public Map<String, String> find(Collection<String> nodeIds) {
        try (Connection connection = dataSource.getConnection()) {
            return find(connection, nodeIds);
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    /**
     * Gives those nodes that have no owner one, and tells whose all of them are. One look when all have theirs.
     *
     * @param nodeIds the nodes that are asked about
     * @param wanted the owner of those of them that may get one, by node id
     * @return the owners that these nodes have now, by node id; nodes without one are left out
     */
    public Map<String, String> bind(Collection<String> nodeIds, Map<String, String> wanted) {
        try (Connection connection = dataSource.getConnection()) {
            Map<String, String> owners = find(connection, nodeIds);
            List<Map.Entry<String, String>> missing = wanted.entrySet().stream()
                    .filter(owner -> !owners.containsKey(owner.getKey()))
                    .toList();
            if (!missing.isEmpty()) {
                try (var insert = new BatchStatement<>(connection, BIND, missing)) {
                    insert.text(Map.Entry::getKey).text(Map.Entry::getValue);
                    insert.bound().executeUpdate();
                }
                owners.putAll(find(connection, missing.stream().map(Map.Entry::getKey).toList()));
            }
            return owners;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private static Map<String, String> find(Connection connection, Collection<String> nodeIds) throws SQLException {
        Map<String, String> owners = new HashMap<>();
        try (var query = new BatchStatement<>(connection, FIND, List.copyOf(nodeIds))) {
            query.text(nodeId -> nodeId);
            try (ResultSet row = query.bound().executeQuery()) {
                while (row.next()) {
                    owners.put(row.getString("node_id"), row.getString("owner"));
                }
            }
        }
        return owners;
    }
}
