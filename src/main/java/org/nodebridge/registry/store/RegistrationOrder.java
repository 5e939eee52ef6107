// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.nodebridge.registry.store.jdbc.StoredTime;

/** In which order to show registered nodes; nodes that are equal in it are in the order of their ids, the same way. */
public record RegistrationOrder(Key key, boolean descending) {

    /** By node id, ascending. */
    public static final RegistrationOrder BY_NODE_ID = new RegistrationOrder(Key.NODE_ID, false);

    /** What nodes can be ordered by. Each is a column, or an expression, that is never null. */
    public enum Key {
        NODE_ID("r.tool_id", "CAST(%s AS text)", ToolRegistration::nodeId),
        NODE_TYPE("r.node_type", "CAST(%s AS text)", row -> row.type().wireName()),
        /** As a node's life goes: active, suspect, draining, expired, departed. */
        STATUS(rank("r.status", "active", "suspect", "draining", "expired", "departed"),
                rank("%s", "active", "suspect", "draining", "expired", "departed"), row -> row.status().wireName()),
        /** From good to bad. */
        HEALTH(rank("r.check_status", "passing", "warning", "critical"), rank("%s", "passing", "warning", "critical"),
                ToolRegistration::checkStatus),
        UPDATED_AT("r.updated_at", "CAST(%s AS timestamptz)", row -> row.updatedAt().text()),
        REGISTERED_AT("r.registered_at", "CAST(%s AS timestamptz)", row -> row.registeredAt().text()),
        /** Nodes without one before all others. */
        LAST_HEARTBEAT("COALESCE(" + RealHeartbeat.SQL + ", TIMESTAMPTZ '-infinity')", "CAST(%s AS timestamptz)",
                row -> row.realHeartbeat() == null ? NEVER : row.realHeartbeat().text());

        private static final List<Key> TIMES = List.of(UPDATED_AT, REGISTERED_AT, LAST_HEARTBEAT);

        final String expression;
        private final String literal;
        private final Function<ToolRegistration, String> value;

        Key(String expression, String literal, Function<ToolRegistration, String> value) {
            this.expression = expression;
            this.literal = literal;
            this.value = value;
        }

        /** The name in the API. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Key> ofWireName(String name) {
            return List.of(values()).stream().filter(key -> key.wireName().equals(name)).findFirst();
        }

        /** Whether the text can be a value of this; PostgreSQL would refuse another one. */
        public boolean takes(String value) {
            return !TIMES.contains(this) || StoredTime.readable(value);
        }

        /** The value that a parameter holds, to compare with {@link #expression}. */
        public String literal(String parameter) {
            return literal.formatted(parameter);
        }

        private static String rank(String text, String... values) {
            return "array_position(ARRAY['" + String.join("', '", values) + "'], CAST(" + text + " AS text))";
        }
    }

    private static final String NEVER = "-infinity";

    /** The name in the API: that of the key, with a minus before it when descending. */
    public String wireName() {
        return (descending ? "-" : "") + key.wireName();
    }

    /** Finds an order by its exact name in the API. */
    public static Optional<RegistrationOrder> ofWireName(String name) {
        boolean descending = name.startsWith("-");
        return Key.ofWireName(descending ? name.substring(1) : name).map(key -> new RegistrationOrder(key, descending));
    }

    /** Where the node stands in this order. */
    public Place placeOf(ToolRegistration row) {
        return new Place(key.value.apply(row), row.nodeId());
    }

    /**
     * A place in an order, whether or not a node stands there.
     *
     * @param value what the order is by, as text
     * @param region the other region that the node is of; empty for our own, which come before others of the same id
     */
    public record Place(String value, String nodeId, String region) {

        /** A place among our own nodes. */
        public Place(String value, String nodeId) {
            this(value, nodeId, "");
        }
    }
}
