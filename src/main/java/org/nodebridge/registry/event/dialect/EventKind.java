// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.event.Fields;

/** The kinds of event, each with the names it goes by, lower case with underscores. */
enum EventKind {
    INTROSPECTION("node_introspection", "node_introspection_event"),
    HEARTBEAT("node_heartbeat", "node_heartbeat_event"),
    TOMBSTONE("node_tombstone"),
    DEREGISTRATION("node_deregistration"),
    SHUTDOWN("node_shutdown_event", "node_shutdown"),
    NOT_FOR_US(
            "registry_request_introspection",
            "request_real_time_introspection",
            "request_introspection",
            "introspection_request",
            "node_introspection_request",
            "topology_diff");

    private static final Map<String, EventKind> BY_NAME = new HashMap<>();

    static {
        for (EventKind kind : values()) {
            for (String name : kind.names) {
                BY_NAME.put(name, kind);
            }
        }
    }

    private final String[] names;

    EventKind(String... names) {
        this.names = names;
    }

    /** The form in which event types are compared: {@code NODE-INTROSPECTION} is {@code node_introspection}. */
    static String normalized(String eventType) {
        return eventType.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** The kind of that name, in any spelling, or {@code null} for an unknown name. */
    static EventKind of(String eventType) {
        EventKind kind = BY_NAME.get(eventType);
        return kind != null || eventType.length() > Fields.LONGEST_NAME ? kind : BY_NAME.get(normalized(eventType));
    }

    static EventKind of(TopicKind topic) {
        return topic == TopicKind.HEARTBEAT ? HEARTBEAT : INTROSPECTION;
    }

    /** In the form in which event types are compared. */
    Set<String> names() {
        return Set.of(names);
    }

    /** Whether the kind says that a node leaves; an introspection may still say so by its reason. */
    boolean isDeparture() {
        return this == TOMBSTONE || this == DEREGISTRATION || this == SHUTDOWN;
    }
}
