// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.store.RegistrationFilter;
import org.nodebridge.registry.store.RegistrationOrder;
import org.nodebridge.registry.store.RegistrationOrder.Key;
import org.nodebridge.registry.store.RegistrationOrder.Place;
import org.nodebridge.registry.store.RegistrationRowsSql;
import org.nodebridge.registry.store.RegistrationStatus;

/**
 * A list of nodes of other regions in SQL, by the same filters and orders as that of our own. Its text depends on which
 * filters there are and on how many values each has, never on a value: those are parameters.
 */
final class RemoteListSql {

    /** As the database orders the ids of our own nodes. */
    private static final String ID = "r.node_id COLLATE \"default\"";
    private static final String TYPE = "r.registration ->> 'node_type'";
    private static final String STATUS = "r.registration ->> 'status'";
    private static final String HEALTH = "r.registration ->> 'health'";
    private static final String REGION = "COALESCE(r.registration ->> 'region', r.region)";
    private static final String NEVER = "TIMESTAMPTZ '-infinity'";

    private static final String PAGE = """
            SELECT p.region, p.node_id, CAST(:shown AS text) AS sort_key, p.revision, p.imported_at,
                   p.unreadable_since, p.found,
                   :content
            FROM (SELECT t.*, sum(t.size) OVER (ORDER BY t.number) AS bytes, count(*) OVER () AS found
                  FROM (SELECT f.*, row_number() OVER (ORDER BY :order_of_f) AS number,
                               1000 + octet_length(CAST(f.registration AS text)) AS size
                        FROM (SELECT l.*
                              FROM unnest(CAST(:regions AS text[])) AS g (region)
                              CROSS JOIN LATERAL (
                                  SELECT r.region, r.node_id, r.revision, r.imported_at, r.unreadable_since,
                                         r.registration,
                                         :key AS sort_key
                                  FROM remote_registrations AS r
                                  WHERE :conditions
                                  ORDER BY :key :direction, r.node_id COLLATE "default" :direction
                                  LIMIT :limit) AS l
                              ORDER BY :order_of_l
                              LIMIT :limit) AS f) AS t) AS p
            WHERE p.bytes <= :bytes OR p.number = 1
            ORDER BY p.number
            """.replace(":content", RegionSql.CONTENT);

    private static final String COUNT = """
            SELECT count(*)
            FROM unnest(CAST(:regions AS text[])) AS g (region)
            JOIN remote_registrations AS r ON :conditions
            """;

    /** What stands for JSON that is no object has no names in it. */
    private static final String NAMES = "jsonb_object_keys(CASE WHEN jsonb_typeof(r.registration -> 'capabilities')"
            + " = 'object' THEN r.registration -> 'capabilities' ELSE '{}' END) AS c (name)";

    private final List<String> conditions = new ArrayList<>(List.of("r.region = g.region", "r.left_at IS NULL"));
    private final Map<String, Object> parameters = new LinkedHashMap<>();

    RemoteListSql(List<String> regions, RegistrationFilter filter) {
        parameters.put("regions", RegistrationRowsSql.array(regions));
        if (filter.nodeId() != null) {
            conditions.add("r.node_id = " + text(filter.nodeId()));
        }
        anyOf(TYPE, filter.types(), NodeType::wireName);
        anyOf(STATUS, filter.statuses(), RegistrationStatus::wireName);
        anyOf(HEALTH, filter.health(), health -> health);
        anyOf(REGION, filter.regions(), region -> region);
        filter.capabilities().forEach(
                name -> conditions.add("jsonb_exists(r.registration -> 'capabilities', " + text(name) + ")"));
        filter.metadata().forEach(entry -> conditions.add(
                "r.registration -> 'metadata' ->> " + text(entry.getKey()) + " = " + text(entry.getValue())));
        if (Boolean.TRUE.equals(filter.stale())) {
            conditions.add("FALSE"); // nothing is known of their leases
        }
        if (filter.cordoned() != null) {
            conditions.add("COALESCE(jsonb_typeof(r.registration -> 'cordon') = 'object', FALSE) = "
                    + (filter.cordoned() ? "TRUE" : "FALSE"));
        }
        if (filter.text() != null) {
            conditions.add(contains(text(filter.text())));
        }
    }

    /** @param after begins after this place; {@code null} for the beginning */
    Query page(Handle handle, RegistrationOrder order, Place after, int limit, long bytes) {
        String key = expression(order.key());
        String direction = order.descending() ? "DESC" : "ASC";
        if (after != null) {
            String place = "(" + order.key().literal(text(after.value())) + ", " + text(after.nodeId()) + ")";
            String here = "(" + key + ", " + ID + ")";
            conditions.add(here + (order.descending() ? " <= " : " >= ") + place);
            conditions.add("(" + here + " <> " + place + " OR r.region COLLATE \"C\" > " + text(after.region()) + ")");
        }
        String by = "%1$s.sort_key %2$s, %1$s.node_id COLLATE \"default\" %2$s, %1$s.region COLLATE \"C\"";
        return bound(handle.createQuery(PAGE
                .replace(":conditions", String.join(" AND ", conditions))
                .replace(":shown", shown(order.key()))
                .replace(":key", key)
                .replace(":order_of_l", by.formatted("l", direction))
                .replace(":order_of_f", by.formatted("f", direction))
                .replace(":direction", direction)))
                .bind("limit", limit)
                .bind("bytes", bytes);
    }

    Query count(Handle handle) {
        return bound(handle.createQuery(COUNT.replace(":conditions", String.join(" AND ", conditions))));
    }

    private static String expression(Key key) {
        return switch (key) {
            case NODE_ID -> ID;
            case NODE_TYPE -> TYPE;
            case STATUS -> key.literal("(" + STATUS + ")");
            case HEALTH -> key.literal("(" + HEALTH + ")");
            case UPDATED_AT -> "COALESCE(r.updated_at, " + NEVER + ")";
            case REGISTERED_AT -> "COALESCE(r.registered_at, " + NEVER + ")";
            case LAST_HEARTBEAT -> NEVER;
        };
    }

    /** The value of a key as text, from which {@link Key#literal} makes it again. */
    private static String shown(Key key) {
        return switch (key) {
            case STATUS -> "p.registration ->> 'status'";
            case HEALTH -> "p.registration ->> 'health'";
            default -> "p.sort_key";
        };
    }

    private <T> void anyOf(String expression, Collection<T> values, Function<T, String> name) {
        if (!values.isEmpty()) {
            conditions.add(expression
                    + values.stream().map(name).map(this::text).collect(Collectors.joining(", ", " IN (", ")")));
        }
    }

    private static String contains(String text) {
        String sought = "lower(" + text + ")";
        return List.of(
                "r.node_id", TYPE, "r.registration ->> 'node_role'", REGION, "r.registration ->> 'environment'")
                .stream()
                .map(column -> "COALESCE(strpos(lower(" + column + " COLLATE \"default\"), " + sought + ") > 0, FALSE)")
                .collect(Collectors.joining(" OR ", "(", " OR EXISTS (SELECT 1 FROM " + NAMES
                        + " WHERE strpos(lower(c.name), " + sought + ") > 0))"));
    }

    private String text(String value) {
        String name = "value" + parameters.size();
        parameters.put(name, value);
        return "CAST(:" + name + " AS text)";
    }

    private Query bound(Query query) {
        parameters.forEach(query::bind);
        return query;
    }
}
