// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

/**
 * A node as callers are sent to it.
 *
 * @param address an IP address, IPv6 without brackets
 * @param region empty where the node names none
 * @param weight beside the others', 1 at least
 */
record MeshEndpoint(String nodeId, String address, int port, Health health, String region, int weight) {

    /** Envoy's {@code HealthStatus}; those that are sent. */
    enum Health {
        HEALTHY(1),
        UNHEALTHY(2),
        DRAINING(3);

        private final int number;

        Health(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    boolean isHealthy() {
        return health == Health.HEALTHY;
    }

    MeshEndpoint with(Health other) {
        return new MeshEndpoint(nodeId, address, port, other, region, weight);
    }
}
