// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.util.Locale;
import java.util.Optional;

/** The four kinds of node; the check constraint of {@code tool_registrations} knows the same four. */
public enum NodeType {
    EFFECT,
    COMPUTE,
    REDUCER,
    ORCHESTRATOR;

    /** Their wire names, for people; a constant, so that annotations can say it. */
    public static final String NAMES = "effect, compute, reducer or orchestrator";

    /** The same as a regular expression. */
    public static final String PATTERN = "^(effect|compute|reducer|orchestrator)$";

    /** What a name that is none of them is answered. */
    public static final String RULE = "must be " + NAMES;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The lower-case name used on the wire, in PostgreSQL, in Consul and in the API. */
    public String wireName() {
        return wireName;
    }

    /** Finds a type by its exact wire name; a name in another case is not found. */
    public static Optional<NodeType> ofWireName(String name) {
        for (NodeType type : values()) {
            if (type.wireName.equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
