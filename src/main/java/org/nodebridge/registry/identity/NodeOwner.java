// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import java.time.Instant;

/**
 * Whose a node is.
 *
 * @param since when it became so
 */
public record NodeOwner(String nodeId, String owner, Instant since) {}
