// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads the history as a stream, by its revisions, which have no gap and are in the order of the commits. Each call is
 * a transaction that sees PostgreSQL as it was at one moment. Safe from many threads and replicas.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ChangesRepository {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final String ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    private static final String LAST = "SELECT last_revision FROM registration_revision";

    private static final String SPAN = """
            SELECT COALESCE((SELECT min(revision) FROM registration_history), last_revision + 1), last_revision
            FROM registration_revision
            """;

    private static final String AFTER = """
            SELECT h.revision, h.tool_id, h.node_type, h.change, h.reason, h.status, p.status AS status_before,
                   h.check_status, h.epoch, h.event_id::text,
                   to_char(h.event_timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                   to_char(h.changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                   (SELECT string_agg(f.field, ',' ORDER BY f.field COLLATE "C")
                    FROM (SELECT n.key AS field
                          FROM jsonb_each(h.content) AS n
                          WHERE n.value IS DISTINCT FROM COALESCE(c.content -> n.key, 'null')
                          UNION ALL SELECT 'status' WHERE h.status IS DISTINCT FROM p.status
                          UNION ALL SELECT 'health' WHERE h.check_status IS DISTINCT FROM p.check_status
                          UNION ALL SELECT 'node_type' WHERE h.node_type IS DISTINCT FROM p.node_type
                          UNION ALL SELECT 'epoch' WHERE h.epoch IS DISTINCT FROM p.epoch) AS f),
                   h.content::text
            FROM registration_history AS h
            LEFT JOIN LATERAL (
                SELECT b.status, b.check_status, b.node_type, b.epoch
                FROM registration_history AS b
                WHERE b.tool_id = h.tool_id AND b.revision < h.revision
                ORDER BY b.revision DESC
                LIMIT 1) AS p ON TRUE
            LEFT JOIN LATERAL (
                SELECT b.content
                FROM registration_history AS b
                WHERE b.tool_id = h.tool_id AND b.revision < h.revision AND b.content IS NOT NULL
                  AND h.content IS NOT NULL
                ORDER BY b.revision DESC
                LIMIT 1) AS c ON TRUE
            WHERE h.revision > ?
            ORDER BY h.revision
            LIMIT ?
            """;

    @PersistenceContext(unitName = "reads")
    private EntityManager entities;

    /** The first and the last revision of the history; the first is one more than the last when it has none. */
    public Span span() {
        Object[] row = (Object[]) entities.createNativeQuery(SPAN).getSingleResult();
        return new Span(number(row[0]), number(row[1]));
    }

    /** The changes after a revision that the history still has, in order, {@code most} of them at the most. */
    public List<Change> after(long revision, int most) {
        return changes(revision, most);
    }

    /**
     * The same with the rows of the nodes they are about, as they were at one later moment: one that changed again
     * meanwhile is newer than its change, and one whose tombstone has been cleared is not there.
     */
    public ChangesAndRows withRowsAfter(long revision, int most) {
        atOneMoment();
        List<Change> changes = changes(revision, most);
        if (changes.isEmpty()) {
            return new ChangesAndRows(changes, Map.of());
        }
        List<ToolRegistration> rows = entities.createQuery(
                "SELECT r FROM ToolRegistration r WHERE r.toolId IN :ids", ToolRegistration.class)
                .setParameter("ids", changes.stream().map(Change::nodeId).distinct().toList())
                .getResultList();
        return new ChangesAndRows(
                changes, rows.stream().collect(Collectors.toMap(ToolRegistration::nodeId, Function.identity())));
    }

    /** Every node that can be discovered, in the order of the ids, and the last revision that is in what is seen. */
    public RowsAtRevision discoverable() {
        atOneMoment();
        long revision = number(entities.createNativeQuery(LAST).getSingleResult());
        return new RowsAtRevision(
                revision,
                entities.createQuery(
                        "SELECT r FROM ToolRegistration r WHERE r.status IN ('active', 'suspect')"
                                + " ORDER BY r.toolId",
                        ToolRegistration.class)
                        .getResultList());
    }

    /** How many nodes can be discovered, and the last revision that is in what is counted. */
    public CountAtRevision countDiscoverable() {
        atOneMoment();
        return new CountAtRevision(
                number(entities.createNativeQuery(LAST).getSingleResult()),
                entities.createQuery(
                        "SELECT COUNT(r) FROM ToolRegistration r WHERE r.status IN ('active', 'suspect')",
                        Long.class)
                        .getSingleResult());
    }

    private void atOneMoment() {
        entities.createNativeQuery(ONE_MOMENT).executeUpdate();
    }

    private List<Change> changes(long revision, int most) {
        @SuppressWarnings("unchecked")
        List<Object[]> rows = entities.createNativeQuery(AFTER)
                .setParameter(1, revision)
                .setParameter(2, most)
                .getResultList();
        return rows.stream().map(ChangesRepository::change).toList();
    }

    private static Change change(Object[] row) {
        String fields = (String) row[12];
        return new Change(
                number(row[0]),
                (String) row[1],
                (String) row[2],
                (String) row[3],
                (String) row[4],
                (String) row[5],
                (String) row[6],
                (String) row[7],
                row[8] == null ? null : number(row[8]),
                Instant.parse((String) row[10]),
                UUID.fromString((String) row[9]),
                Instant.parse((String) row[11]),
                fields == null ? List.of() : List.of(fields.split(",")),
                row[13] == null ? null : object((String) row[13]));
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    private static ObjectNode object(String json) {
        try {
            return JSON.readValue(json, ObjectNode.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL gave JSON that is no object", e);
        }
    }

    /** The revisions that the history has. */
    public record Span(long first, long last) {

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

    /** Rows as they were when that revision was the last. */
    public record RowsAtRevision(long revision, List<ToolRegistration> rows) {}
}
