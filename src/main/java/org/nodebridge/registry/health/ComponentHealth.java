// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * How a component is.
 *
 * @param message for a person; never carries a credential
 * @param details figures and states, in the order to show them; no nulls
 */
public record ComponentHealth(State state, String message, Map<String, Object> details) {

    private static final String NOT_ASKED = "not asked yet";

    /** How well a component does its work. */
    public enum State {
        HEALTHY,
        /** It works in part, or not yet. */
        DEGRADED,
        UNHEALTHY;

        /** The value in the API and in check data. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Nothing is known of the component: the first contact with it has not ended. */
    public static ComponentHealth notAsked() {
        return unhealthy(NOT_ASKED);
    }

    /** Whether the first contact with the component has ended, well or not. */
    public boolean asked() {
        return !message.equals(NOT_ASKED);
    }

    public static ComponentHealth healthy(String message) {
        return new ComponentHealth(State.HEALTHY, message, Map.of());
    }

    public static ComponentHealth unhealthy(String message) {
        return new ComponentHealth(State.UNHEALTHY, Objects.requireNonNullElse(message, "no reason given"), Map.of());
    }

    /** The same component, of which some work cannot be done; no reason hides another, and one that fails stays so. */
    public ComponentHealth degraded(String reason) {
        return switch (state) {
            case HEALTHY -> new ComponentHealth(State.DEGRADED, reason, details);
            case DEGRADED -> new ComponentHealth(State.DEGRADED, message + "; " + reason, details);
            case UNHEALTHY -> this;
        };
    }

    /** The same with one more detail; a {@code null} value is left out. */
    public ComponentHealth with(String name, Object value) {
        if (value == null) {
            return this;
        }
        Map<String, Object> more = new LinkedHashMap<>(details);
        more.put(name, value);
        return new ComponentHealth(state, message, more);
    }
}
