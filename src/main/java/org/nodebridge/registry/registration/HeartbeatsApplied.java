// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.util.List;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;

/**
 * A CDI event: PostgreSQL has committed these heartbeats, as far as it knows their nodes. Observers are called on the
 * thread that applied them, before the batch is acknowledged; they must not wait for Kafka and must not throw.
 *
 * @param result which nodes were renewed
 */
public record HeartbeatsApplied(List<Heartbeat> heartbeats, BatchResult result) {}
