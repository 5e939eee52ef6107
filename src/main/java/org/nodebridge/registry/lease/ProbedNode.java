// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

/** A node that is to be probed, at what it announced as its health endpoint. */
public record ProbedNode(String nodeId, String nodeType, String healthEndpoint) {}
