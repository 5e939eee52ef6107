// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.store.RegistrationRowsSql.Portion;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/** Reads registrations. Safe from many threads; every call is a transaction of its own. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ToolRegistrationRepository {

    private static final String OF_NODES = """
            SELECT r AS row FROM tool_registrations AS r WHERE r.tool_id = ANY (CAST(?1 AS text[]))
              AND r.tool_id :after CAST(?2 AS text)
            ORDER BY r.tool_id LIMIT ?3""";

    private static final String REGISTERED = "r.status NOT IN ('departed', 'expired')";

    @Inject
    private Jdbi jdbi;

    @PersistenceContext(unitName = "registry")
    private EntityManager entities;

    /** Over the connections that HTTP reads have to themselves; the consumer, replays and sweeps use the others. */
    @PersistenceContext(unitName = "reads")
    private EntityManager reads;

    /** The node's row as HTTP clients read it, tombstones included. */
    public Optional<ToolRegistration> find(String nodeId) {
        return RegistrationRowsSql.portion((last, rows, bytes) -> RegistrationRowsSql.query(
                reads, "SELECT r AS row FROM tool_registrations AS r WHERE r.tool_id = CAST(?1 AS text) LIMIT 1",
                List.of(nodeId), bytes), 1, RegistrationRowsSql.PORTION_BYTES)
                .rows()
                .stream()
                .findFirst();
    }

    /**
     * What is made of the rows of these nodes, tombstones included; unknown ids are left out. The rows themselves are
     * in memory a portion at a time.
     */
    public <T> List<T> findAll(Collection<String> nodeIds, Function<ToolRegistration, T> made) {
        List<T> all = new ArrayList<>(nodeIds.size());
        Set<String> left = new LinkedHashSet<>(storable(nodeIds));
        boolean more = !left.isEmpty();
        while (more) {
            String ids = RegistrationRowsSql.array(left);
            Portion portion = RegistrationRowsSql.portion(
                    (last, rows, bytes) -> RegistrationRowsSql.query(
                            entities, OF_NODES.replace(":after", last == null ? ">=" : ">"),
                            List.of(ids, last == null ? "" : last.nodeId(), rows), bytes),
                    left.size(), RegistrationRowsSql.PORTION_BYTES);
            for (ToolRegistration row : portion.rows()) {
                all.add(made.apply(row));
                left.remove(row.nodeId());
            }
            entities.clear();
            more = portion.more();
        }
        return all;
    }

    /** Those of these nodes that have a row, tombstones included. */
    public Set<String> known(Collection<String> nodeIds) {
        List<String> asked = storable(nodeIds);
        return asked.isEmpty()
                ? Set.of()
                : new HashSet<>(entities.createQuery(
                        "SELECT r.toolId FROM ToolRegistration r WHERE r.toolId IN :ids", String.class)
                        .setParameter("ids", asked)
                        .getResultList());
    }

    /** No row has another id. Consul gives those of strangers, and PostgreSQL would refuse the question for all. */
    private static List<String> storable(Collection<String> nodeIds) {
        return nodeIds.stream().filter(Storable::text).toList();
    }

    /**
     * Registered nodes that fit.
     *
     * @param after the place after which the page begins; {@code null} for the first page
     * @param limit the most rows
     * @param bytes the most bytes; a single row may be longer
     */
    public Page page(
            RegistrationFilter filter, RegistrationOrder order, RegistrationOrder.Place after, int limit, long bytes) {
        Portion found = RegistrationRowsSql.portion(
                (last, most, left) -> new RegistrationQuery(filter)
                        .page(reads, order, last == null ? after : order.placeOf(last), most, left),
                limit + 1, bytes);
        List<ToolRegistration> rows = found.rows();
        return rows.size() > limit ? new Page(rows.subList(0, limit), true) : new Page(rows, found.more());
    }

    /** How many registered nodes fit. */
    public long count(RegistrationFilter filter) {
        return ((Number) new RegistrationQuery(filter).count(reads).getSingleResult()).longValue();
    }

    /** The ids of registered nodes in order, at most {@code limit} of them. */
    public List<String> registeredNodeIds(int limit) {
        return reads.createQuery(
                "SELECT r.toolId FROM ToolRegistration r WHERE " + REGISTERED + " ORDER BY r.toolId",
                String.class)
                .setMaxResults(limit)
                .getResultList();
    }

    /** Whether any node is registered, for sweeps. */
    public boolean anyRegistered() {
        return !entities.createQuery("SELECT r.toolId FROM ToolRegistration r WHERE " + REGISTERED, String.class)
                .setMaxResults(1)
                .getResultList()
                .isEmpty();
    }

    /** How many nodes of each type are in each state, tombstones included; every type and state is in the answer. */
    public Map<NodeType, Map<RegistrationStatus, Long>> countsByTypeAndStatus() {
        Map<NodeType, Map<RegistrationStatus, Long>> counts = new EnumMap<>(NodeType.class);
        for (NodeType type : NodeType.values()) {
            Map<RegistrationStatus, Long> byStatus = new EnumMap<>(RegistrationStatus.class);
            for (RegistrationStatus status : RegistrationStatus.values()) {
                byStatus.put(status, 0L);
            }
            counts.put(type, byStatus);
        }
        return jdbi.withHandle(handle -> handle
                .createQuery("SELECT node_type, status, count(*) AS nodes FROM tool_registrations GROUP BY 1, 2")
                .reduceRows(counts, (all, row) -> {
                    all.get(NodeType.ofWireName(row.getColumn("node_type", String.class)).orElseThrow())
                            .put(row.getColumn("status", RegistrationStatus.class), row.getColumn("nodes", Long.class));
                    return all;
                }));
    }

    /** Whether PostgreSQL takes writes, which a standby and a server that was made read-only do not. */
    boolean writable() {
        return jdbi.withHandle(handle -> handle
                .createQuery("SELECT current_setting('transaction_read_only') = 'off'")
                .mapTo(Boolean.class)
                .one());
    }

    /** How many nodes are registered. */
    public long countRegistered() {
        return reads.createQuery("SELECT COUNT(r) FROM ToolRegistration r WHERE " + REGISTERED, Long.class)
                .getSingleResult();
    }

    /** @param more whether there are more rows behind the last */
    public record Page(List<ToolRegistration> rows, boolean more) {}
}
