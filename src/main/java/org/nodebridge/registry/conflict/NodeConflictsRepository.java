// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.conflict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.nodebridge.registry.http.JsonFormat;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.Reads;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * The conflicts that any replica has found, so that every replica can show them. Safe from many threads and replicas;
 * every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class NodeConflictsRepository {

    /** A conflict is over when neither process has taken the other's place for so long. */
    private static final Duration OVER = Alternation.WINDOW;

    private static final String NOTE = """
            INSERT INTO node_conflicts AS c (tool_id, since, seen_at, evidence, processes)
            SELECT * FROM unnest(:tool_id::text[], :since::timestamptz[], :seen_at::timestamptz[], :evidence::text[],
                                 :processes::jsonb[])
            ON CONFLICT (tool_id) DO UPDATE
            SET since = CASE WHEN c.seen_at < EXCLUDED.seen_at - make_interval(secs => :over) THEN EXCLUDED.since
                             ELSE LEAST(c.since, EXCLUDED.since) END,
                seen_at = GREATEST(c.seen_at, EXCLUDED.seen_at),
                evidence = EXCLUDED.evidence,
                processes = EXCLUDED.processes
            """;

    private static final String LONG_OVER = """
            SELECT c.tool_id
            FROM node_conflicts AS c
            WHERE c.seen_at < now() - INTERVAL '1 day'
              AND NOT EXISTS (SELECT 1 FROM unnest(:left_out::text[]) AS o (tool_id) WHERE o.tool_id = c.tool_id)
            LIMIT :most
            """;

    private static final String PRUNE = """
            DELETE FROM node_conflicts
            WHERE tool_id = ANY (:node_ids::text[]) AND seen_at < now() - INTERVAL '1 day'
            RETURNING tool_id
            """;

    @Inject
    private Jdbi jdbi;

    @Inject
    @Reads
    private Jdbi reads;

    /** Notes conflicts, at most one for each node; of one that lasts the beginning is kept. */
    public void note(Collection<NodeConflict> found) {
        jdbi.useHandle(handle -> handle.createUpdate(NOTE)
                .bindNamedArgumentFinder(Columns.of(List.copyOf(found))
                        .text("tool_id", NodeConflict::nodeId)
                        .time("since", NodeConflict::since)
                        .time("seen_at", NodeConflict::seenAt)
                        .text("evidence", conflict -> conflict.evidence().name().toLowerCase(Locale.ROOT))
                        .text("processes", conflict -> json(conflict.processes())))
                .bind("over", OVER)
                .execute());
    }

    /** The conflict over a node; empty when there is none, or it is over. */
    public Optional<NodeConflict> find(String nodeId) {
        return reads.withHandle(handle -> handle
                .createQuery("SELECT tool_id, since, seen_at, evidence, processes::text AS processes"
                        + " FROM node_conflicts WHERE tool_id = :node"
                        + " AND seen_at > now() - make_interval(secs => :over)")
                .bind("node", nodeId)
                .bind("over", OVER)
                .reduceRows(Optional.<NodeConflict>empty(), (none, row) -> Optional.of(new NodeConflict(
                        row.getColumn("tool_id", String.class),
                        row.getColumn("since", Instant.class),
                        row.getColumn("seen_at", Instant.class),
                        row.getColumn("evidence", NodeConflict.Evidence.class),
                        processes(row.getColumn("processes", String.class))))));
    }

    /** How many nodes are in conflict now. */
    public long count() {
        return reads.withHandle(handle -> handle
                .createQuery("SELECT count(*) FROM node_conflicts WHERE seen_at > now() - make_interval(secs => :over)")
                .bind("over", OVER)
                .mapTo(Long.class)
                .one());
    }

    /**
     * Nodes of which a conflict has been over for a day.
     *
     * @param without the nodes to leave out
     */
    public List<String> over(Collection<String> without, int most) {
        return jdbi.withHandle(handle -> handle.createQuery(LONG_OVER)
                .bind("left_out", Columns.texts(without))
                .bind("most", most)
                .mapTo(String.class)
                .list());
    }

    /** Removes the conflicts over these nodes; returns whose have been removed. */
    public List<String> prune(Collection<String> nodeIds) {
        return jdbi.withHandle(handle -> handle.createQuery(PRUNE)
                .bind("node_ids", Columns.texts(nodeIds))
                .mapTo(String.class)
                .list());
    }

    private static String json(List<NodeProcess> processes) {
        try {
            return JsonFormat.mapper().writeValueAsString(processes);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<NodeProcess> processes(String json) {
        try {
            return JsonFormat.mapper().readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
