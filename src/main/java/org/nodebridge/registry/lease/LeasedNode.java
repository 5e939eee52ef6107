// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import java.time.Duration;
import org.nodebridge.registry.store.RegistrationStatus;

/**
 * A node that calls for a decision: its lease has ended, it is a suspect, or its probes fail.
 *
 * @param region empty where it names none
 * @param due whether its lease has ended, the grace after trouble included
 * @param heartbeats whether it has ever sent one
 * @param watch auto, heartbeat, probe or both
 * @param healthEndpoint where it says that it can be probed, or {@code null}
 * @param probeFailures failed probes in a row
 * @param probeResult what came of the last probe, or {@code null} where none was made
 * @param suspectFor how long it has been a suspect; {@code null} where it is none
 * @param confirmed whether its lease had ended when an operator confirmed that the held nodes of its cohort are gone
 */
public record LeasedNode(
        String nodeId,
        String nodeType,
        String region,
        RegistrationStatus status,
        boolean due,
        boolean heartbeats,
        String watch,
        String healthEndpoint,
        int probeFailures,
        String probeResult,
        Duration suspectFor,
        boolean confirmed) {

    /** The nodes among which too many must not fall due at once. */
    public Cohort.Key cohort() {
        return new Cohort.Key(nodeType, region);
    }
}
