// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

/**
 * What is read of a node. PostgreSQL bounds it, so that a large row never comes into memory.
 *
 * @param capabilities a JSON array of names
 * @param metadata a JSON array of {@code key=value}
 * @param endpoints a JSON object; {@code null} where it is too long
 * @param weight the text of that entry of its metadata, or {@code null}
 * @param registeredFor seconds since it was registered
 * @param heartbeatFor seconds since its last heartbeat; {@code null} when none came
 * @param cordoned whether an operator has taken it out of routing; the end of a cordon is a change of the history
 */
public record NodeRow(
        String nodeId,
        String nodeType,
        String nodeVersion,
        String region,
        String status,
        String checkStatus,
        String capabilities,
        String metadata,
        String endpoints,
        String weight,
        double registeredFor,
        Double heartbeatFor,
        Long activeOperations,
        Double cpuPercent,
        boolean cordoned) {}
