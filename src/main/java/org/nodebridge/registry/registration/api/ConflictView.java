// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.conflict.NodeConflict;
import org.nodebridge.registry.conflict.NodeProcess;

/**
 * Two live processes that announce themselves as one node.
 *
 * @param since when it was found
 * @param seenAt when one of them last took the other's place
 * @param evidence what alternates: content, or start, by the uptime of heartbeats
 * @param processes what is known of each, those heard last first
 */
@Schema(requiredProperties = {"since", "seen_at", "evidence", "processes"})
record ConflictView(Instant since, Instant seenAt, String evidence, List<ProcessView> processes) {

    static ConflictView of(NodeConflict conflict) {
        return new ConflictView(
                conflict.since(), conflict.seenAt(), conflict.evidence().name().toLowerCase(Locale.ROOT),
                conflict.processes().stream().map(ProcessView::of).toList());
    }

    /**
     * @param endpoints the first four by name; empty where only heartbeats tell
     * @param instanceId the metadata's instance_id; absent where it names none
     * @param startedAt by the uptime of its heartbeats; absent where only its content tells
     */
    @Schema(name = "ConflictingProcess", requiredProperties = {"endpoints"})
    record ProcessView(Map<String, String> endpoints, String instanceId, Instant startedAt) {

        static ProcessView of(NodeProcess process) {
            return new ProcessView(process.endpoints(), process.instanceId(), process.startedAt());
        }
    }
}
