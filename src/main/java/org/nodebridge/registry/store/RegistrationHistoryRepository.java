// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.StoredJson;
import org.nodebridge.registry.store.jdbc.StoredTime;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** Reads what has become of nodes. Safe from many threads; every call is a transaction of its own. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class RegistrationHistoryRepository {

    private static final int FIRST_CHUNK = 16;

    private static final String HEARD_OF = """
            SELECT EXISTS (SELECT 1 FROM tool_registrations WHERE tool_id = :node_id)
                OR EXISTS (SELECT 1 FROM registration_history WHERE tool_id = :node_id)
            """;

    @Inject
    @Reads
    private Jdbi jdbi;

    /**
     * The node's changes, newest first; none where none is kept any more, or ever was.
     *
     * @param before only those of a lower revision; {@link Long#MAX_VALUE} for the newest
     * @param limit the most changes
     * @param bytes the most bytes; a single change may be longer
     */
    public Page changes(String nodeId, long before, int limit, long bytes) {
        return jdbi.withHandle(handle -> {
            List<RegistrationChange> changes = new ArrayList<>();
            long last = before;
            long used = 0;
            // a few at first: all of them are weighed before any is given
            int chunk = Math.min(limit + 1, FIRST_CHUNK);
            while (true) {
                boolean full = used >= bytes; // and all that is asked is whether there is more
                Chunk read = handle.createQuery(HistorySql.OF_NODE)
                        .bind("node_id", nodeId)
                        .bind("before", last)
                        .bind("limit", chunk)
                        .bind("bytes", Math.max(1, bytes - used))
                        .reduceRows(new Chunk(), Chunk::add);
                changes.addAll(read.changes);
                used += read.bytes;
                int rows = read.changes.size();
                if (changes.size() > limit || full && rows > 0) {
                    return new Page(changes.subList(0, changes.size() - 1), true);
                }
                if (read.found > rows || rows < chunk) {
                    return new Page(changes, read.found > rows);
                }
                last = changes.get(changes.size() - 1).revision();
                chunk = (int) Math.max(1,
                        Math.min(limit + 1L - changes.size(), (bytes - used) * changes.size() / used));
            }
        });
    }

    /** Whether there is anything of the node, be it a tombstone or a change that is still kept. */
    public boolean heardOf(String nodeId) {
        return jdbi.withHandle(
                handle -> handle.createQuery(HEARD_OF).bind("node_id", nodeId).mapTo(Boolean.class).one());
    }

    private static RegistrationChange change(RowView row) {
        String fields = row.getColumn("changed_fields", String.class);
        return new RegistrationChange(
                row.getColumn("revision", Long.class), row.getColumn("change", String.class),
                row.getColumn("reason", String.class), row.getColumn("status", String.class),
                row.getColumn("check_status", String.class), row.getColumn("epoch", Long.class),
                row.getColumn("event_id", UUID.class),
                StoredTime.of(row.getColumn("event_timestamp", String.class)),
                row.getColumn("correlation_id", String.class), row.getColumn("actor", String.class),
                row.getColumn("changed_at", Instant.class),
                fields == null ? List.of() : List.of(fields.split(",")),
                StoredJson.shown(row.getColumn("content", String.class)));
    }

    private static final class Chunk {

        private final List<RegistrationChange> changes = new ArrayList<>();
        private long bytes;
        private long found;

        private Chunk add(RowView row) {
            changes.add(change(row));
            bytes += row.getColumn("bytes", Long.class);
            found = row.getColumn("rows_found", Long.class);
            return this;
        }
    }

    /** @param more whether there are older changes */
    public record Page(List<RegistrationChange> changes, boolean more) {}
}
