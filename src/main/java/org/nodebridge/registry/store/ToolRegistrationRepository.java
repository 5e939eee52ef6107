package org.nodebridge.registry.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.LinkedHashMap;
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

    /** The node's row, tombstones included. */
    public Optional<ToolRegistration> find(String nodeId) {
        return Optional.ofNullable(entities.find(ToolRegistration.class, nodeId));
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
     * Registered nodes in the order of their ids.
     *
     * @param type only this type, or {@code null} for all
     * @param after the id after which the page begins; empty for the first page
     * @param limit the most rows
     */
    public List<ToolRegistration> page(NodeType type, String after, int limit) {
        String byType = type == null ? "" : " AND r.nodeType = :type";
        var query = entities.createQuery(
                        "SELECT r FROM ToolRegistration r WHERE " + REGISTERED + " AND r.toolId > :after" + byType
                                + " ORDER BY r.toolId",
                        ToolRegistration.class)
                .setParameter("after", after)
                .setMaxResults(limit);
        if (type != null) {
            query.setParameter("type", type.wireName());
        }
        return query.getResultList();
    }

    /** The ids of registered nodes in order, at most {@code limit} of them. */
    public List<String> registeredNodeIds(int limit) {
        return entities.createQuery(
                        "SELECT r.toolId FROM ToolRegistration r WHERE " + REGISTERED + " ORDER BY r.toolId",
                        String.class)
                .setMaxResults(limit)
                .getResultList();
    }

    /** How many nodes of each type are registered; every type is in the answer. */
    public Map<NodeType, Long> countsByType() {
        Map<NodeType, Long> counts = new LinkedHashMap<>();
        for (NodeType type : NodeType.values()) {
            counts.put(type, 0L);
        }
        entities.createQuery(
                        "SELECT r.nodeType, COUNT(r) FROM ToolRegistration r WHERE " + REGISTERED
                                + " GROUP BY r.nodeType",
                        Object[].class)
                .getResultList()
                .forEach(row -> counts.put(NodeType.ofWireName((String) row[0]).orElseThrow(), (Long) row[1]));
        return counts;
    }
}
