// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nodebridge.registry.event.NodeType;

/** Reads registrations. Safe from many threads; every call is a transaction of its own. */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ToolRegistrationRepository {

    private static final String REGISTERED = "r.status NOT IN ('departed', 'expired')";

    @PersistenceContext(unitName = "registry")
    private EntityManager entities;

    /** Over the connections that HTTP reads have to themselves; the intake, replays and sweeps use the others. */
    @PersistenceContext(unitName = "reads")
    private EntityManager reads;

    /** The node's row as HTTP clients read it, tombstones included. */
    public Optional<ToolRegistration> find(String nodeId) {
        return Optional.ofNullable(reads.find(ToolRegistration.class, nodeId));
    }

    /** The rows of these nodes, tombstones included; unknown ids are left out. */
    public List<ToolRegistration> findAll(Collection<String> nodeIds) {
        return nodeIds.isEmpty()
                ? List.of()
                : entities.createQuery(
                        "SELECT r FROM ToolRegistration r WHERE r.toolId IN :ids", ToolRegistration.class)
                        .setParameter("ids", nodeIds)
                        .getResultList();
    }

    /**
     * Registered nodes that fit.
     *
     * @param after the place after which the page begins; {@code null} for the first page
     * @param limit the most rows
     */
    @SuppressWarnings("unchecked") // a native query knows its class only when it runs
    public List<ToolRegistration> page(
            RegistrationFilter filter, RegistrationOrder order, RegistrationOrder.Place after, int limit) {
        return new RegistrationQuery(filter).page(reads, order, after, limit).getResultList();
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
        entities.createQuery(
                "SELECT r.nodeType, r.status, COUNT(r) FROM ToolRegistration r GROUP BY r.nodeType, r.status",
                Object[].class)
                .getResultList()
                .forEach(row -> counts.get(NodeType.ofWireName((String) row[0]).orElseThrow())
                        .put(RegistrationStatus.ofWireName((String) row[1]), (Long) row[2]));
        return counts;
    }

    /** Returns when PostgreSQL answers, and costs it nothing. */
    void answer() {
        entities.createNativeQuery("SELECT 1").getSingleResult();
    }

    /** How many nodes are registered. */
    public long countRegistered() {
        return reads.createQuery("SELECT COUNT(r) FROM ToolRegistration r WHERE " + REGISTERED, Long.class)
                .getSingleResult();
    }
}
