// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.time.Duration;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.RegistrationResult.Status;
import org.nodebridge.registry.store.Outcome;

/** Times one registration and puts the time into its result and into the metrics. */
final class Stopwatch {

    private final long startedAt = System.nanoTime();
    private final RegistryMetrics metrics;
    private final String nodeId;

    Stopwatch(RegistryMetrics metrics, String nodeId) {
        this.metrics = metrics;
        this.nodeId = nodeId;
    }

    RegistrationResult stored(Outcome outcome, boolean inConsul, String obstacle) {
        return inConsul
                ? result(Status.SUCCESS, true, true, outcome, null)
                : result(Status.PARTIAL, false, true, outcome, obstacle);
    }

    RegistrationResult stale() {
        return result(Status.ERROR, false, false, Outcome.STALE, "a newer event of this node has been applied before");
    }

    RegistrationResult announced(String obstacle) {
        return result(Status.PARTIAL, true, false, null, obstacle);
    }

    RegistrationResult failed(boolean inConsul, String obstacle) {
        return result(Status.ERROR, inConsul, false, null, obstacle);
    }

    private RegistrationResult result(
            Status status, boolean inConsul, boolean inPostgres, Outcome outcome, String message) {
        long nanos = System.nanoTime() - startedAt;
        metrics.registered(status.wireName(), Duration.ofNanos(nanos));
        return new RegistrationResult(
                status, nodeId, inConsul, inPostgres, Math.round(nanos / 10_000.0) / 100.0, outcome, message);
    }
}
