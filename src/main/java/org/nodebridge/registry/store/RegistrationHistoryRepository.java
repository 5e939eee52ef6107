// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
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

    /**
     * How it came that a node is not registered; empty for one that is, and for one of which nothing is kept.
     *
     * @param nodeId one that PostgreSQL can keep
     */
    public Optional<LastState> lastState(String nodeId) {
        return jdbi.withHandle(handle -> handle.createQuery(HistorySql.LAST_STATE)
                .bind("node_id", nodeId)
                .map((RowView row) -> LastState.of(row))
                .one());
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

    /**
     * The last that is known of a node which is not registered.
     *
     * @param status expired, departed, or removed: its row is not there any more, and no change says why
     * @param reason why: what the node said when it left, or by what the registry gave it up; absent where not known
     * @param changedAt since when
     * @param actor who did it, as the history names actors; absent where the history does not tell any more
     * @param correlationId that of the request or event which did it
     * @param revision of the change, by which the history has it
     * @param lastSeenAt when it last registered, sent a heartbeat or answered a probe
     * @param lastSeenBy which of these it was: registration, heartbeat or probe
     * @param lastProbe what the last probe of an expired node said; absent where none was made
     */
    @Schema(name = "LastState", requiredProperties = {"status"})
    public record LastState(
            String status, String reason, @Schema(implementation = Instant.class) StoredTime changedAt, String actor,
            String correlationId, Long revision, @Schema(implementation = Instant.class) StoredTime lastSeenAt,
            String lastSeenBy, LastProbe lastProbe) {

        private static final String EXPIRED = RegistrationStatus.EXPIRED.wireName();
        private static final Set<String> GONE = Set.of(EXPIRED, RegistrationStatus.DEPARTED.wireName());

        private static Optional<LastState> of(RowView row) {
            String status = row.getColumn("row_status", String.class);
            String change = row.getColumn("change", String.class);
            if (status == null ? change == null : !GONE.contains(status)) {
                return Optional.empty();
            }
            // a change may be noted a little later than it is made, and by another program never
            boolean recorded = GONE.contains(String.valueOf(change)) && (status == null || status.equals(change));
            String gone = status != null ? status : recorded ? change : "removed";
            return Optional.of(new LastState(
                    gone,
                    row.getColumn(recorded ? "reason" : "row_reason", String.class),
                    StoredTime.of(row.getColumn(recorded ? "changed_at" : "row_updated_at", String.class)),
                    recorded ? row.getColumn("actor", String.class) : null,
                    recorded ? row.getColumn("correlation_id", String.class) : null,
                    recorded ? row.getColumn("revision", Long.class) : null,
                    StoredTime.of(row.getColumn("last_seen_at", String.class)),
                    row.getColumn("last_seen_by", String.class),
                    gone.equals(EXPIRED) ? LastProbe.of(row) : null));
        }
    }

    /** @param failures failed probes in a row */
    @Schema(name = "LastProbe", requiredProperties = {"result", "failures"})
    public record LastProbe(
            String result, String detail, @Schema(implementation = Instant.class) StoredTime at, int failures) {

        private static LastProbe of(RowView row) {
            String result = row.getColumn("probe_result", String.class);
            return result == null
                    ? null
                    : new LastProbe(
                            result, row.getColumn("probe_detail", String.class),
                            StoredTime.of(row.getColumn("probed_at", String.class)),
                            row.getColumn("probe_failures", Integer.class));
        }
    }

    /** @param more whether there are older changes */
    public record Page(List<RegistrationChange> changes, boolean more) {}
}
