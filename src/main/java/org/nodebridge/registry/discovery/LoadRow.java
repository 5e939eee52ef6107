// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

/**
 * The figures of a node's last heartbeat.
 *
 * @param heartbeatFor seconds since it came
 */
public record LoadRow(String nodeId, double heartbeatFor, Long activeOperations, Double cpuPercent) {}
