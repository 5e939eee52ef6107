// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.util.List;
import org.nodebridge.registry.event.NodeEvent;

/**
 * A CDI event: PostgreSQL has committed these events. Observers are called on the thread that applied them, before the
 * batch is acknowledged; they must not wait and must not throw.
 *
 * @param result what became of each
 */
public record EventsApplied(List<? extends NodeEvent> events, BatchResult result) {}
