// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.result.RowView;
import org.nodebridge.registry.cluster.LeaderFence;
import org.nodebridge.registry.event.WireJson;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Where Consul and PostgreSQL were last found to disagree. The leader writes it, and only while the token it gives is
 * still its own. Safe from many threads and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class DriftRepository {

    private static final String FORGET = """
            DELETE FROM catalog_drift AS d
            WHERE NOT EXISTS (
                SELECT 1
                FROM unnest(:node_id::text[], :kind::text[], :consul_node::text[]) AS i (node_id, kind, consul_node)
                WHERE i.node_id = d.node_id AND i.kind = d.kind AND i.consul_node = d.consul_node)
            """;

    private static final String NOTE = """
            INSERT INTO catalog_drift AS d (node_id, kind, consul_node, since, fields, action, reason)
            SELECT * FROM unnest(:node_id::text[], :kind::text[], :consul_node::text[], :since::timestamptz[],
                                 :fields::jsonb[], :action::text[], :reason::text[])
            ON CONFLICT (node_id, kind, consul_node) DO UPDATE
            SET since = LEAST(d.since, EXCLUDED.since), fields = EXCLUDED.fields, action = EXCLUDED.action,
                reason = EXCLUDED.reason
            """;

    private static final String CHECKED = """
            INSERT INTO catalog_check (
                checked_at, replica, dry_run, next_pass_at, nodes, entries, deletions_blocked, others)
            VALUES (:checked_at, :replica, :dry_run, :next_pass_at, :nodes, :entries, :deletions_blocked,
                    :others::jsonb)
            ON CONFLICT (only_row) DO UPDATE
            SET checked_at = EXCLUDED.checked_at, replica = EXCLUDED.replica, dry_run = EXCLUDED.dry_run,
                next_pass_at = EXCLUDED.next_pass_at, nodes = EXCLUDED.nodes, entries = EXCLUDED.entries,
                deletions_blocked = EXCLUDED.deletions_blocked, others = EXCLUDED.others
            """;

    private static final String PAGE = """
            SELECT w.*
            FROM (SELECT d.*, count(*) OVER () AS rows_found, row_number() OVER key AS place,
                         sum(500 + octet_length(fields::text)) OVER key AS bytes_through
                  FROM (SELECT node_id, kind, consul_node, since, fields, action, reason
                        FROM catalog_drift
                        WHERE (node_id, kind, consul_node) > (:node_id, :kind, :consul_node)
                          AND (:only = '' OR kind = :only)
                        ORDER BY node_id, kind, consul_node
                        LIMIT :limit) AS d
                  WINDOW key AS (ORDER BY node_id, kind, consul_node)) AS w
            WHERE w.bytes_through <= :bytes OR w.place = 1
            ORDER BY w.place
            """;

    private static final RowMapper<CatalogCheck> CHECK = ConstructorMapper.of(CatalogCheck.class);

    @Inject
    private Jdbi jdbi;

    @Inject
    @Reads
    private Jdbi reads;

    /**
     * Takes down what a comparison has found, as the leader; what it has not found is forgotten. Of
     * those with one key, as {@link Drift} cuts names, the first is noted.
     *
     * @param others how many entries each other installation has
     * @return whether it was recorded; not when the token is not the leader's any more
     */
    public boolean note(Collection<Drift> found, CatalogCheck check, Map<String, Long> others, long token) {
        Map<Drift.Key, Drift> byKey = new LinkedHashMap<>();
        found.forEach(drift -> byKey.putIfAbsent(drift.key(), drift));
        List<Drift> drifts = List.copyOf(byKey.values());
        return jdbi.withHandle(handle -> {
            if (!LeaderFence.holds(handle, token)) {
                return false;
            }
            handle.createUpdate(FORGET).bindNamedArgumentFinder(keys(drifts)).execute();
            handle.createUpdate(NOTE)
                    .bindNamedArgumentFinder(keys(drifts)
                            .time("since", Drift::since)
                            .text("fields", drift -> json(drift.fields()))
                            .text("action", drift -> drift.action().wireName())
                            .text("reason", Drift::reason))
                    .execute();
            handle.createUpdate(CHECKED)
                    .bind("checked_at", check.checkedAt())
                    .bind("replica", check.replica())
                    .bind("dry_run", check.dryRun())
                    .bind("next_pass_at", check.nextPassAt())
                    .bind("nodes", check.nodes())
                    .bind("entries", check.entries())
                    .bind("deletions_blocked", check.deletionsBlocked())
                    .bind("others", json(others))
                    .execute();
            return true;
        });
    }

    /** Since when each disagreement has been known. */
    public Map<Drift.Key, Instant> since() {
        return jdbi.withHandle(handle -> handle
                .createQuery("SELECT node_id, kind, consul_node, since FROM catalog_drift")
                .reduceRows(new HashMap<>(), (since, row) -> {
                    since.put(
                            new Drift.Key(
                                    row.getColumn("node_id", String.class), row.getColumn("kind", Drift.Kind.class),
                                    row.getColumn("consul_node", String.class)),
                            row.getColumn("since", Instant.class));
                    return since;
                }));
    }

    /**
     * What the last comparison has found, in the order of {@link Drift.Key}.
     *
     * @param kind only this kind, or {@code null} for all
     * @param after begins after this one; {@code null} for the first page
     * @param bytes the most bytes; a single one may be longer
     */
    public Page page(Drift.Kind kind, Drift.Key after, int limit, long bytes) {
        return reads.withHandle(handle -> handle.createQuery(PAGE)
                .bind("node_id", after == null ? "" : after.nodeId())
                .bind("kind", after == null ? "" : after.kind().wireName())
                .bind("consul_node", after == null ? "" : after.consulNode())
                .bind("only", kind == null ? "" : kind.wireName())
                .bind("limit", limit + 1)
                .bind("bytes", bytes)
                .reduceRows(new Page(new ArrayList<>(), false), (page, row) -> page.with(row, limit)));
    }

    /** How many there are of each kind; every kind is in the answer. */
    public Map<Drift.Kind, Long> counts() {
        Map<Drift.Kind, Long> counts = new EnumMap<>(Drift.Kind.class);
        for (Drift.Kind kind : Drift.Kind.values()) {
            counts.put(kind, 0L);
        }
        return reads.withHandle(handle -> handle
                .createQuery("SELECT kind, count(*) AS nodes FROM catalog_drift GROUP BY kind")
                .reduceRows(counts, (all, row) -> {
                    all.put(row.getColumn("kind", Drift.Kind.class), row.getColumn("nodes", Long.class));
                    return all;
                }));
    }

    /** How many entries each other installation had at the last comparison; empty while none has looked. */
    public Optional<Map<String, Long>> others() {
        return reads.withHandle(handle -> handle
                .createQuery("SELECT others::text FROM catalog_check WHERE others IS NOT NULL")
                .mapTo(String.class)
                .findOne())
                .map(json -> read(json, new TypeReference<Map<String, Long>>() {}));
    }

    /** The last comparison; empty before the first. */
    public Optional<CatalogCheck> lastCheck() {
        return reads.withHandle(handle -> handle.createQuery("SELECT * FROM catalog_check").map(CHECK).findOne());
    }

    /** @param more whether there are more behind the last */
    public record Page(List<Drift> drifts, boolean more) {

        private Page with(RowView row, int limit) {
            if (drifts.size() < limit) {
                drifts.add(new Drift(
                        row.getColumn("node_id", String.class), row.getColumn("kind", Drift.Kind.class),
                        row.getColumn("consul_node", String.class), row.getColumn("since", Instant.class),
                        DriftRepository.fields(row.getColumn("fields", String.class)),
                        row.getColumn("action", Drift.Action.class), row.getColumn("reason", String.class)));
            }
            return new Page(drifts, row.getColumn("rows_found", Long.class) > drifts.size());
        }
    }

    private static Columns<Drift> keys(List<Drift> drifts) {
        return Columns.of(drifts)
                .text("node_id", Drift::nodeId)
                .text("kind", drift -> drift.kind().wireName())
                .text("consul_node", Drift::consulNode);
    }

    private static String json(Object fields) {
        try {
            // what a person wrote into Consul may have U+0000, which JSONB does not keep
            return WireJson.PLAIN.writeValueAsString(fields).replace("\\u0000", "\\uFFFD");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Drift.Field> fields(String json) {
        return read(json, new TypeReference<List<Drift.Field>>() {});
    }

    private static <T> T read(String json, TypeReference<T> type) {
        try {
            return WireJson.PLAIN.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
