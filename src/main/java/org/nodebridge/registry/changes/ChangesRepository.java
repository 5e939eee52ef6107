// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.result.RowView;
import org.nodebridge.registry.changes.Change.Said;
import org.nodebridge.registry.store.HistorySql;
import org.nodebridge.registry.store.RegistrationRowsSql;
import org.nodebridge.registry.store.RegistrationRowsSql.Portion;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.StoredJson;
import org.nodebridge.registry.store.jdbc.StoredTime;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Reads the history as a stream, by its revisions, which have no gap and are in the order of the commits. Each call is
 * a transaction that sees PostgreSQL as it was at one moment. Safe from many threads and replicas.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ChangesRepository {

    private static final int FIRST_CHUNK = 16;

    private static final String ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    private static final String LAST = "SELECT last_revision FROM registration_revision";

    private static final String SPAN = """
            SELECT GREATEST(COALESCE((SELECT min(revision) FROM registration_history), last_revision + 1),
                            resumable_from + 1) AS first,
                   last_revision AS last, resumable_from AS failed_over
            FROM registration_revision
            """;

    private static final String DISCOVERABLE = """
            SELECT r AS row
            FROM tool_registrations AS r
            WHERE r.tool_id :after CAST(?1 AS text) AND r.status IN ('active', 'suspect')
            ORDER BY r.tool_id
            LIMIT ?2""";

    private static final String OF_NODES =
            "SELECT r AS row FROM tool_registrations AS r WHERE r.tool_id = ANY (CAST(?1 AS text[]))";

    private static final RowMapper<Span> SPANS = ConstructorMapper.of(Span.class);

    @Inject
    @Reads
    private Jdbi jdbi;

    /** For the rows of nodes, over the same connection. */
    @PersistenceContext(unitName = "reads")
    private EntityManager entities;

    /**
     * The first and the last revision that can be gone on from; the first is one more than the last when there is none.
     */
    public Span span() {
        return jdbi.withHandle(handle -> handle.createQuery(SPAN).map(SPANS).one());
    }

    /**
     * The changes after a revision that the history still has, in order; fewer than the limit where they are large, and
     * none only where there are no more.
     */
    public List<Change> after(long revision, int most) {
        return changes(HistorySql.AFTER_REVISION, revision, most, RegistrationRowsSql.PORTION_BYTES);
    }

    /**
     * The same with the rows of the nodes they are about, as they were at one later moment: one that changed again
     * meanwhile is newer than its change, and one whose tombstone has been cleared is not there.
     *
     * @param bytes the most bytes of changes and rows; a single one may be longer
     */
    public ChangesAndRows withRowsAfter(long revision, int most, long bytes) {
        atOneMoment();
        List<Change> changes = changes(HistorySql.AFTER_REVISION_WITH_ROWS, revision, most, bytes);
        if (changes.isEmpty()) {
            return new ChangesAndRows(changes, Map.of());
        }
        String nodeIds = RegistrationRowsSql.array(changes.stream().map(Change::nodeId).distinct().toList());
        // of as many bytes as the changes were allowed
        List<ToolRegistration> rows = RegistrationRowsSql.all(
                RegistrationRowsSql.query(entities, OF_NODES, List.of(nodeIds), Long.MAX_VALUE));
        return new ChangesAndRows(
                changes, rows.stream().collect(Collectors.toMap(ToolRegistration::nodeId, Function.identity())));
    }

    /**
     * Nodes that can be discovered, in the order of the ids, as they were at one moment.
     *
     * @param after the id after which to begin; {@code null} for the first
     * @param limit the most rows
     * @param bytes the most bytes; a single row may be longer
     */
    public Discoverable discoverable(String after, int limit, long bytes) {
        atOneMoment();
        long revision = lastRevision();
        Portion portion = RegistrationRowsSql.portion((last, rows, left) -> {
            String from = last == null ? after : last.nodeId();
            return RegistrationRowsSql.query(
                    entities, DISCOVERABLE.replace(":after", from == null ? ">=" : ">"),
                    List.of(from == null ? "" : from, rows), left);
        }, limit + 1, bytes);
        boolean full = portion.rows().size() > limit;
        return new Discoverable(
                full ? portion.rows().subList(0, limit) : portion.rows(), full || portion.more(), revision);
    }

    /** How many nodes can be discovered, and the last revision that is in what is counted. */
    public CountAtRevision countDiscoverable() {
        atOneMoment();
        return new CountAtRevision(
                lastRevision(),
                entities.createQuery(
                        "SELECT COUNT(r) FROM ToolRegistration r WHERE r.status IN ('active', 'suspect')",
                        Long.class)
                        .getSingleResult());
    }

    private void atOneMoment() {
        jdbi.useHandle(handle -> handle.execute(ONE_MOMENT));
    }

    private long lastRevision() {
        return jdbi.withHandle(handle -> handle.createQuery(LAST).mapTo(Long.class).one());
    }

    /** A few at first, for as in {@link RegistrationRowsSql} all of them are weighed before any is given. */
    private List<Change> changes(String sql, long revision, int most, long bytes) {
        return jdbi.withHandle(handle -> {
            Chunk all = new Chunk(new ArrayList<>(), 0);
            int chunk = Math.min(most, FIRST_CHUNK);
            while (all.changes.size() < most && all.bytes < bytes) {
                int before = all.changes.size();
                all = handle.createQuery(sql)
                        .bind("after", before == 0 ? revision : all.changes.get(before - 1).revision())
                        .bind("limit", chunk)
                        .bind("bytes", bytes - all.bytes)
                        .reduceRows(all, Chunk::with);
                int read = all.changes.size();
                if (read - before < chunk) {
                    break;
                }
                chunk = (int) Math.max(1, Math.min(most - read, (bytes - all.bytes) * read / all.bytes));
            }
            return all.changes;
        });
    }

    private record Chunk(List<Change> changes, long bytes) {

        private Chunk with(RowView row) {
            changes.add(change(row));
            return new Chunk(changes, bytes + row.getColumn("bytes", Long.class));
        }
    }

    private static Change change(RowView row) {
        String fields = row.getColumn("changed_fields", String.class);
        String others = row.getColumn("others", String.class);
        return new Change(
                row.getColumn("revision", Long.class),
                row.getColumn("tool_id", String.class),
                row.getColumn("node_type", String.class),
                row.getColumn("change", String.class),
                row.getColumn("reason", String.class),
                row.getColumn("status", String.class),
                row.getColumn("status_before", String.class),
                row.getColumn("check_status", String.class),
                row.getColumn("epoch", Long.class),
                StoredTime.of(row.getColumn("event_timestamp", String.class)),
                row.getColumn("event_id", UUID.class),
                row.getColumn("changed_at", Instant.class),
                fields == null ? List.of() : List.of(fields.split(",")),
                others == null
                        ? null
                        : new Said(
                                StoredJson.shown(row.getColumn("capabilities", String.class)),
                                StoredJson.shown(row.getColumn("endpoints", String.class)),
                                StoredJson.shown(row.getColumn("metadata", String.class)), others));
    }

    /**
     * The revisions that the history has.
     *
     * @param failedOver up to which a former server of PostgreSQL may have given them out for other changes
     */
    public record Span(long first, long last, long failedOver) {

        /** Whether everything after the revision is still there, and the revision itself has been given. */
        public boolean leadsOnFrom(long revision) {
            return revision >= first - 1 && revision <= last;
        }
    }

    /** @param rows by node id */
    public record ChangesAndRows(List<Change> changes, Map<String, ToolRegistration> rows) {}

    /** How many nodes could be discovered when that revision was the last. */
    public record CountAtRevision(long revision, long nodes) {

        /** How many they are after changes in a row; those that are counted already are passed over. */
        public CountAtRevision after(List<Change> changes) {
            long last = revision;
            long count = nodes;
            for (Change change : changes) {
                if (change.revision() > revision) {
                    last = change.revision();
                    count += change.gained();
                }
            }
            return new CountAtRevision(last, count);
        }
    }

    /**
     * @param more whether others follow the last
     * @param revision the last revision that is in the rows
     */
    public record Discoverable(List<ToolRegistration> rows, boolean more, long revision) {}
}
