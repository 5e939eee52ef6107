// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One disagreement between Consul and PostgreSQL, as it is shown.
 *
 * @param kind missing, extra, different, foreign or pending
 * @param consulNode the Consul node it is about; absent for the local agent's
 * @param ageSeconds how long it has been known, or pending
 * @param fields what is different; absent where it is not about fields
 * @param action register, rewrite, deregister, held, wait or none
 * @param reason why that, or why it could not be done; absent where it goes without saying
 */
public record DriftView(
        String nodeId, String kind, String consulNode, Instant since, long ageSeconds, List<Drift.Field> fields,
        String action, String reason) {

    public static DriftView of(Drift drift, Instant now) {
        return new DriftView(
                drift.nodeId(),
                drift.kind().wireName(),
                drift.consulNode().isEmpty() ? null : drift.consulNode(),
                drift.since(),
                Math.max(0, Duration.between(drift.since(), now).toSeconds()),
                drift.fields().isEmpty() ? null : drift.fields(),
                drift.action().wireName(),
                drift.reason());
    }
}
