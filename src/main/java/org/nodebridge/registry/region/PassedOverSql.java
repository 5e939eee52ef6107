// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.nodebridge.registry.store.RegistrationRowsSql;

/**
 * Nodes that a region has published in this generation and that are not known for it. What becomes of a batch is
 * gathered and written behind its nodes, in the same transaction. Not thread-safe.
 */
final class PassedOverSql {

    private static final String CLEAR = "DELETE FROM remote_passed_over WHERE region = :region";

    private static final String KNOWN = CLEAR + " AND node_id = ANY (CAST(:ids AS text[]))";

    /** The node exists, though its news is not known. */
    private static final String KEEP = """
            UPDATE remote_registrations
            SET generation = :generation
            WHERE region = :region AND left_at IS NULL AND generation < :generation
              AND node_id = ANY (CAST(:ids AS text[]))
            """;

    private static final String ADD = """
            INSERT INTO remote_passed_over (region, node_id)
            SELECT :region, received.node_id
            FROM unnest(CAST(:ids AS text[])) AS received (node_id)
            WHERE NOT EXISTS (SELECT 1 FROM remote_registrations AS r
                              WHERE r.region = :region AND r.node_id = received.node_id AND r.left_at IS NULL
                                AND r.generation = :generation)
            LIMIT GREATEST(:most - (SELECT count(*) FROM remote_passed_over WHERE region = :region), 0)
            ON CONFLICT DO NOTHING
            """;

    private static final String COUNT = "SELECT count(*) FROM remote_passed_over WHERE region = :region";

    private final Handle handle;
    private final String region;
    private final Set<String> unreadable = new HashSet<>();
    private final Set<String> withoutRoom = new HashSet<>();
    private final Set<String> known = new HashSet<>();
    private boolean begun;

    PassedOverSql(Handle handle, String region) {
        this.handle = handle;
        this.region = region;
    }

    /** Another generation has begun. */
    void begin() {
        begun = true;
        unreadable.clear();
        withoutRoom.clear();
        known.clear();
    }

    void unreadable(String nodeId) {
        unreadable.add(nodeId);
    }

    void withoutRoom(String nodeId) {
        withoutRoom.add(nodeId);
    }

    /** The last record of the node is known, also where it says that it has left. */
    void known(String nodeId) {
        unreadable.remove(nodeId);
        withoutRoom.remove(nodeId);
        known.add(nodeId);
    }

    /** @param most how many are kept of a region */
    void write(long generation, int most) {
        if (begun) {
            handle.createUpdate(CLEAR).bind("region", region).execute();
        } else if (!known.isEmpty()) {
            handle.createUpdate(KNOWN).bind("region", region)
                    .bind("ids", RegistrationRowsSql.array(known)).execute();
        }
        if (!unreadable.isEmpty()) {
            handle.createUpdate(KEEP).bind("region", region).bind("generation", generation)
                    .bind("ids", RegistrationRowsSql.array(unreadable)).execute();
        }
        add(unreadable, generation, most);
        add(withoutRoom, generation, most);
    }

    private void add(Collection<String> nodeIds, long generation, int most) {
        if (!nodeIds.isEmpty()) {
            handle.createUpdate(ADD).bind("region", region).bind("generation", generation).bind("most", most)
                    .bind("ids", RegistrationRowsSql.array(nodeIds)).execute();
        }
    }

    long count() {
        return handle.createQuery(COUNT).bind("region", region).mapTo(Long.class).one();
    }
}
