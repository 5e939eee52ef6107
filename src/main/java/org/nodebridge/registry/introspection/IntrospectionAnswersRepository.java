// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Introspection requests that a client waits for, and who has answered them, regardless of which replica read the
 * answer. Times are PostgreSQL's. Safe from many threads and replicas; every call is a transaction of its own,
 * {@link #note} is two.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class IntrospectionAnswersRepository {

    private static final String OPEN = """
            INSERT INTO introspection_requests (correlation_id, expires_at)
            VALUES (:correlation_id, clock_timestamp() + make_interval(secs => :timeout))
            """;

    private static final String EXPECTED = """
            SELECT tool_id, node_type
            FROM tool_registrations
            WHERE status IN ('active', 'suspect') AND (:types::text[] IS NULL OR node_type = ANY (:types::text[]))
            ORDER BY tool_id
            """;

    private static final String ANY_OPEN =
            "SELECT EXISTS (SELECT 1 FROM introspection_requests WHERE expires_at > clock_timestamp())";

    private static final String NOTE = """
            INSERT INTO introspection_answers (correlation_id, node_id, node_type, answered_at)
            SELECT DISTINCT ON (r.correlation_id, a.node_id) r.correlation_id, a.node_id, a.node_type, clock_timestamp()
            FROM unnest(:correlation_id::text[], :node_id::text[], :node_type::text[])
                AS a (correlation_id, node_id, node_type)
            JOIN introspection_requests AS r ON r.correlation_id = a.correlation_id AND r.expires_at > clock_timestamp()
            ORDER BY r.correlation_id, a.node_id
            ON CONFLICT DO NOTHING
            """;

    private static final String ANSWERS = """
            SELECT a.node_id, a.node_type,
                   ROUND(EXTRACT(EPOCH FROM a.answered_at - r.requested_at) * 1000)::bigint AS after_ms
            FROM introspection_answers AS a
            JOIN introspection_requests AS r ON r.correlation_id = a.correlation_id
            WHERE a.correlation_id = :correlation_id
            ORDER BY a.answered_at, a.node_id
            """;

    private static final String CLOSE = "DELETE FROM introspection_requests WHERE correlation_id = :correlation_id";

    private static final String PRUNE =
            "DELETE FROM introspection_requests WHERE expires_at < now() - interval '5 minutes'";

    private static final RowMapper<Answer> ANSWER = ConstructorMapper.of(Answer.class);

    @Inject
    private Jdbi jdbi;

    /**
     * Opens a request, so that answers to it are noted from now on.
     *
     * @param types of the nodes that are asked; {@code null} for all
     * @return the nodes that are registered now and are asked, with their types, in the order of their ids
     * @throws StoreRefusedException when a request with this correlation id is open already
     */
    public Map<String, String> open(String correlationId, Collection<String> types, Duration timeout) {
        return jdbi.withHandle(handle -> {
            handle.createUpdate(OPEN).bind("correlation_id", correlationId).bind("timeout", timeout).execute();
            return handle.createQuery(EXPECTED).bind("types", Columns.texts(types)).reduceRows(
                    new LinkedHashMap<>(), (nodes, row) -> {
                        nodes.put(row.getColumn("tool_id", String.class), row.getColumn("node_type", String.class));
                        return nodes;
                    });
        });
    }

    /** Notes those of the introspection events that answer an open request; costs one question while none is. */
    @Transactional(TxType.NOT_SUPPORTED)
    public void note(List<Introduction> introductions) {
        jdbi.useHandle(handle -> {
            if (handle.createQuery(ANY_OPEN).mapTo(Boolean.class).one()) {
                handle.createUpdate(NOTE)
                        .bindNamedArgumentFinder(Columns.of(introductions)
                                .text("correlation_id", Introduction::correlationId)
                                .text("node_id", Introduction::nodeId)
                                .text("node_type", Introduction::nodeType))
                        .execute();
            }
        });
    }

    /** Who has answered so far, in the order of the answers. */
    public List<Answer> answers(String correlationId) {
        return jdbi.withHandle(handle -> handle.createQuery(ANSWERS)
                .bind("correlation_id", correlationId)
                .map(ANSWER)
                .list());
    }

    /** Ends a request; later answers are ordinary introspection events. */
    public void close(String correlationId) {
        jdbi.useHandle(handle -> handle.createUpdate(CLOSE).bind("correlation_id", correlationId).execute());
    }

    /** Removes requests that were never ended, because their replica died; returns how many. */
    public int prune() {
        return jdbi.withHandle(handle -> handle.execute(PRUNE));
    }

    /** An introspection event that may be an answer. */
    public record Introduction(String correlationId, String nodeId, String nodeType) {}

    /** @param afterMs milliseconds from the opening of the request until the answer was in PostgreSQL */
    public record Answer(String nodeId, String nodeType, long afterMs) {}
}
