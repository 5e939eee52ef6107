// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import org.nodebridge.registry.event.NodeEvent;

/**
 * An event and who says that it may.
 *
 * @param claim {@code null} where nothing is asked, as of an event that is about no node
 */
public record ClaimedEvent(NodeEvent event, Claim claim) {}
