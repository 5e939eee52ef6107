// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.util.Locale;
import java.util.Optional;

/** What a node says of its own health in a heartbeat. */
public enum HealthStatus {
    HEALTHY,
    DEGRADED,
    RECOVERING,
    UNHEALTHY,
    CRITICAL;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The lower-case name used on the wire, in PostgreSQL and in the API. */
    public String wireName() {
        return wireName;
    }

    /** Finds a status by its exact wire name; a name in another case is not found. */
    public static Optional<HealthStatus> ofWireName(String name) {
        for (HealthStatus status : values()) {
            if (status.wireName.equals(name)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
