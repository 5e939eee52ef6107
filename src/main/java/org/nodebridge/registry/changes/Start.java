// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.List;

/**
 * How a stream begins.
 *
 * @param events what comes before the changes
 * @param revision the changes after this one follow
 * @param resuming whether they may be older than what the feed has
 */
public record Start(List<StreamEvent> events, long revision, boolean resuming) {}
