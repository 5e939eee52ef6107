// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.time.Duration;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.RegistrationResult.Status;
import org.nodebridge.registry.store.Outcome;

/** Times one registration and puts the time into its result and into the metrics. */
final class ResultBuilder {

    private final long startedAt = System.nanoTime();
    private final RegistryMetrics metrics;
    private final String nodeId;
    private final Outcome removal;

    /** For a registration. */
    ResultBuilder(RegistryMetrics metrics, String nodeId) {
        this(metrics, nodeId, null);
    }

    /** @param removal what becomes of the node when both stores are done; {@code null} for a registration */
    ResultBuilder(RegistryMetrics metrics, String nodeId, Outcome removal) {
        this.metrics = metrics;
        this.nodeId = nodeId;
        this.removal = removal;
    }

    /** For an introspection event or a departure. */
    static ResultBuilder of(OfNode event, RegistryMetrics metrics) {
        return new ResultBuilder(metrics, event.nodeId(), event instanceof Departed ? Outcome.DEREGISTERED : null);
    }

    RegistrationResult stored(Outcome outcome, boolean inConsul, String obstacle) {
        return inConsul
                ? result(Status.SUCCESS, true, true, outcome, null)
                : result(Status.PARTIAL, false, true, outcome, obstacle);
    }

    RegistrationResult stale() {
        return result(Status.ERROR, false, false, Outcome.STALE, "a newer event of this node has been applied before");
    }

    /** @param reason why PostgreSQL will never take it */
    RegistrationResult refused(String reason) {
        return result(Status.ERROR, false, false, Outcome.REFUSED, reason);
    }

    RegistrationResult announced(String obstacle) {
        return result(Status.PARTIAL, true, false, null, obstacle);
    }

    RegistrationResult failed(boolean inConsul, String obstacle) {
        return result(Status.ERROR, inConsul, false, null, obstacle);
    }

    private RegistrationResult result(
            Status status, boolean consulDone, boolean postgresDone, Outcome done, String message) {
        // what is asked of a removal is that the store does not have the node
        boolean stale = done == Outcome.STALE;
        boolean inConsul = removal == null || stale ? consulDone : !consulDone;
        boolean inPostgres = removal == null || stale ? postgresDone : !postgresDone;
        Outcome outcome = removal == null || stale || done == null || done == Outcome.REFUSED ? done : removal;
        long nanos = System.nanoTime() - startedAt;
        metrics.registered(status.wireName(), Duration.ofNanos(nanos));
        return new RegistrationResult(
                status, nodeId, inConsul, inPostgres, Math.round(nanos / 10_000.0) / 100.0, outcome, message);
    }
}
