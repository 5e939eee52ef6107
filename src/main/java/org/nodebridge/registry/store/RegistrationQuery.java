// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A list of nodes in SQL. Its text depends on which filters there are and on how many values each has, never
 * on a value: those are parameters.
 */
final class RegistrationQuery {

    private static final String REGISTERED = "r.status IN ('active', 'suspect', 'draining')";

    /** As the index of tombstones has it. */
    private static final String GONE = "r.status IN ('expired', 'departed')";

    private final StringBuilder conditions = new StringBuilder("FROM tool_registrations AS r WHERE ");
    private final List<Object> parameters = new ArrayList<>();

    RegistrationQuery(RegistrationFilter filter) {
        conditions.append(among(filter.statuses()));
        if (filter.nodeId() != null) {
            and("r.tool_id = " + text(filter.nodeId()));
        }
        anyOf("r.node_type", filter.types(), type -> type.wireName());
        anyOf("r.status", filter.statuses(), RegistrationStatus::wireName);
        anyOf("r.check_status", filter.health(), health -> health);
        anyOf("r.region", filter.regions(), region -> region);
        filter.capabilities().forEach(name -> and("jsonb_exists(r.capabilities, " + text(name) + ")"));
        filter.metadata()
                .forEach(entry -> and("r.metadata ->> " + text(entry.getKey()) + " = " + text(entry.getValue())));
        if (filter.stale() != null) {
            and(filter.stale() ? "r.lease_expires_at < now()" : "(r.lease_expires_at < now()) IS NOT TRUE");
        }
        if (filter.cordoned() != null) {
            and(filter.cordoned() ? "r.cordoned_at IS NOT NULL" : "r.cordoned_at IS NULL");
        }
        if (filter.text() != null) {
            and(contains(text(filter.text())));
        }
    }

    /**
     * Rows for {@link RegistrationRowsSql#portion}.
     *
     * @param after begins after this place; {@code null} for the beginning
     */
    Query page(EntityManager entities, RegistrationOrder order, RegistrationOrder.Place after, int limit, long bytes) {
        String key = order.key().expression;
        boolean byNodeId = order.key() == RegistrationOrder.Key.NODE_ID;
        if (after != null) {
            String beyond = order.descending() ? " < " : " > ";
            and(byNodeId
                    ? "r.tool_id" + beyond + text(after.nodeId())
                    : "(" + key + ", r.tool_id)" + beyond + "(" + order.key().literal(parameter(after.value())) + ", "
                            + text(after.nodeId()) + ")");
        }
        String direction = order.descending() ? " DESC" : "";
        String by = byNodeId ? "r.tool_id" + direction : key + direction + ", r.tool_id" + direction;
        // JPA would only stop reading after so many rows, and PostgreSQL would plan for all of them
        String rows = "SELECT r AS row " + conditions + " ORDER BY " + by + " LIMIT " + parameter(limit);
        return RegistrationRowsSql.query(entities, rows, parameters, bytes);
    }

    Query count(EntityManager entities) {
        return bound(entities.createNativeQuery("SELECT count(*) " + conditions));
    }

    /** In the words of the indexes, since a parameter would fit none of them. */
    private static String among(Set<RegistrationStatus> statuses) {
        if (statuses.stream().allMatch(RegistrationStatus::registered)) {
            return REGISTERED;
        }
        return statuses.stream().noneMatch(RegistrationStatus::registered)
                ? GONE
                : "(" + REGISTERED + " OR " + GONE + ")";
    }

    private <T> void anyOf(String column, Collection<T> values, Function<T, String> name) {
        if (!values.isEmpty()) {
            and(column + values.stream().map(name).map(this::text).collect(Collectors.joining(", ", " IN (", ")")));
        }
    }

    /** By position in the text and not by LIKE, so that no character of it means another. */
    private static String contains(String text) {
        String sought = "lower(" + text + ")";
        String inColumns = List.of("tool_id", "node_type", "node_role", "region", "environment").stream()
                .map(column -> "strpos(lower(r." + column + "), " + sought + ") > 0")
                .collect(Collectors.joining(" OR "));
        return "(" + inColumns + " OR EXISTS (SELECT 1 FROM jsonb_object_keys("
                + "CASE WHEN jsonb_typeof(r.capabilities) = 'object' THEN r.capabilities ELSE '{}' END) AS c (name)"
                + " WHERE strpos(lower(c.name), " + sought + ") > 0))";
    }

    private void and(String condition) {
        conditions.append(" AND ").append(condition);
    }

    private String text(String value) {
        return "CAST(" + parameter(value) + " AS text)";
    }

    private String parameter(Object value) {
        parameters.add(value);
        return "?" + parameters.size();
    }

    private Query bound(Query query) {
        for (int i = 0; i < parameters.size(); i++) {
            query.setParameter(i + 1, parameters.get(i));
        }
        return query;
    }
}
