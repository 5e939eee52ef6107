package org.nodebridge.registry.store;

import org.nodebridge.registry.event.HealthStatus;

/** What a node's own word of its health means for its Consul check. */
final class CheckStatus {

    private CheckStatus() {}

    /** The check's status, or {@code null} when the node says nothing. */
    static String of(HealthStatus health) {
        if (health == null) {
            return null;
        }
        return switch (health) {
            case HEALTHY -> "passing";
            case DEGRADED, RECOVERING -> "warning";
            case UNHEALTHY, CRITICAL -> "critical";
        };
    }
}
