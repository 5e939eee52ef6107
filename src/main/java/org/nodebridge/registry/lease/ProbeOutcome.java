// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

/**
 * What came of probing a node.
 *
 * @param alive whether it answered well
 * @param judged whether the probe says anything of the node; not where our own rules refuse to ask it
 * @param result a word for it
 * @param detail for a person, or {@code null}
 */
public record ProbeOutcome(String nodeId, boolean alive, boolean judged, String result, String detail) {}
