// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Which further nodes of a region may be kept: so many of its history, and as many again of former ones until they are
 * removed. Counts them only where it does not know that there is room. Not thread-safe.
 */
final class RoomSql {

    private static final RowMapper<Counted> COUNTED = ConstructorMapper.of(Counted.class);

    private static final String COUNT = """
            SELECT count(*) FILTER (WHERE history_id = :history_id) AS of_history, count(*) AS all_nodes
            FROM remote_registrations
            WHERE region = :region AND left_at IS NULL
            """;

    private final Handle handle;
    private final String region;
    private final int maxNodes;
    /** At least so many more may be taken. */
    private long known;
    private long ofHistory;
    private long all;
    private boolean counted;

    RoomSql(Handle handle, String region, int maxNodes, long known) {
        this.handle = handle;
        this.region = region;
        this.maxNodes = maxNodes;
        this.known = known;
    }

    /** The topic is read from its beginning, or another history has begun. */
    void begin() {
        known = 0;
        counted = false;
    }

    /**
     * Takes the node where there is room for it.
     *
     * @param living those of the batch that are known, with their histories
     * @param pending writes what has been taken of the batch
     */
    boolean takes(String nodeId, UUID historyId, Map<String, UUID> living, Runnable pending) {
        UUID of = living.get(nodeId);
        if (historyId.equals(of)) {
            return true;
        }
        if (known > 0) {
            known--;
        } else {
            if (!counted) {
                pending.run();
                count(historyId);
            }
            if (ofHistory >= maxNodes || of == null && all >= 2L * maxNodes) {
                return false;
            }
            ofHistory++;
            all += of == null ? 1 : 0;
        }
        living.put(nodeId, historyId);
        return true;
    }

    private void count(UUID historyId) {
        Counted now = handle.createQuery(COUNT).bind("region", region).bind("history_id", historyId)
                .map(COUNTED).one();
        ofHistory = now.ofHistory();
        all = now.allNodes();
        counted = true;
    }

    /** For the next batch; not much, as fewer may be kept by then, by another setting. */
    long known() {
        return counted
                ? Math.max(0, Math.min(Math.min(maxNodes - ofHistory, 2L * maxNodes - all), maxNodes / 10))
                : known;
    }

    /** Those that are living. */
    public record Counted(long ofHistory, long allNodes) {}
}
