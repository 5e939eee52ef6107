// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

/**
 * A node as callers are sent to it.
 *
 * @param address an IP address, IPv6 without brackets
 * @param region of our own node the one that it names, empty for none; of another registry's the name by which we know
 *     that
 * @param weight beside the others', 1 at least
 * @param remote whether it is another registry's
 */
record MeshEndpoint(
        String nodeId, String address, int port, Health health, String region, int weight, boolean remote) {

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
        return new MeshEndpoint(nodeId, address, port, other, region, weight, remote);
    }
}
