// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * A comparison of Consul with PostgreSQL that a client asked for, or one of the schedule that found something.
 *
 * @param requestedBy who asked; {@code schedule} without a request
 * @param replica the replica that made it, or {@code null}
 * @param report JSON; {@code null} before it is done
 * @param error why it failed, or {@code null}
 */
public record Reconciliation(
        UUID id, Instant requestedAt, String requestedBy, boolean dryRun, Status status, Instant startedAt,
        Instant finishedAt, String replica, String report, String error) {

    /** How far it has come. */
    public enum Status {
        REQUESTED,
        RUNNING,
        DONE,
        FAILED;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether nothing more will become of it. */
        public boolean ended() {
            return this == DONE || this == FAILED;
        }
    }
}
