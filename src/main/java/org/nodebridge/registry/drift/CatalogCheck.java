// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.time.Instant;

/**
 * A comparison of Consul with PostgreSQL.
 *
 * @param checkedAt when it was made
 * @param replica the replica that made it
 * @param dryRun whether it changed nothing
 * @param nextPassAt when the schedule's next one is due
 * @param nodes how many rows Consul should have
 * @param entries how many entries with our owner mark Consul had
 * @param deletionsBlocked why entries could not be removed at all, or those without a row; {@code null} when they could
 */
public record CatalogCheck(
        Instant checkedAt, String replica, boolean dryRun, Instant nextPassAt, long nodes, long entries,
        String deletionsBlocked) {}
