// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import java.time.Instant;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.jdbc.StoredTime;

/**
 * How a node is watched.
 *
 * @param ttlSeconds the lease that a heartbeat or answered probe gives
 * @param watchedBy heartbeat, probe, both, or nothing: a node that has sent no heartbeat and cannot be probed stays
 *     until it departs
 * @param probe what the last probe said; absent where none was made
 */
record LeaseView(
        @Schema(implementation = Instant.class) StoredTime expiresAt, double ttlSeconds, String watchedBy,
        ProbeView probe) {

    /** Results by which our own rules refuse to ask the node. */
    private static final Set<String> REFUSED = Set.of("refused_address", "invalid");

    static LeaseView of(ToolRegistration row) {
        return new LeaseView(row.leaseExpiresAt(), row.leaseTtlSeconds(), watchedBy(row), ProbeView.of(row));
    }

    private static String watchedBy(ToolRegistration row) {
        boolean canBeProbed =
                row.healthEndpoint() != null && !REFUSED.contains(String.valueOf(row.probeResult()));
        return switch (row.watch()) {
            case "auto" -> row.sendsHeartbeats() ? "heartbeat" : canBeProbed ? "probe" : "nothing";
            case "probe" -> canBeProbed ? "probe" : "nothing";
            default -> row.watch();
        };
    }

    /**
     * @param result answered, busy, status, timeout, unreachable, refused_address, redirected or invalid
     * @param failures failed probes in a row
     */
    record ProbeView(
            String result, String detail, @Schema(implementation = Instant.class) StoredTime at, int failures) {

        static ProbeView of(ToolRegistration row) {
            return row.probeResult() == null
                    ? null
                    : new ProbeView(row.probeResult(), row.probeDetail(), row.probedAt(), row.probeFailures());
        }
    }
}
