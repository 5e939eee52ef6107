// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.List;

/**
 * How a stream begins.
 *
 * @param events what comes first
 * @param snapshot the nodes that follow then; {@code null} for none
 * @param revision the changes after this one follow, which may be older than what the feed has
 */
public record Start(List<StreamEvent> events, SnapshotReader snapshot, long revision) {}
