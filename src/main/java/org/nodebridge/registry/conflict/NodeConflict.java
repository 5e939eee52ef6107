// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.conflict;

import java.time.Instant;
import java.util.List;

/**
 * Two live processes with one node id.
 *
 * @param since when it was first found
 * @param seenAt when one of them last took the other's place
 * @param evidence what alternates: the content, or the start by the heartbeats' uptime
 * @param processes what is known of them, those heard last first; four at most
 */
public record NodeConflict(
        String nodeId, Instant since, Instant seenAt, Evidence evidence, List<NodeProcess> processes) {

    /** What alternates. */
    public enum Evidence {
        CONTENT,
        START
    }
}
