// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.registration.api.RegistrationView;

/**
 * The forms of the data of events, for OpenAPI. {@link WatchedRegistrations} and package {@code changes} write them.
 */
final class StreamedData {

    /** By the name of the event; OpenAPI itself knows streams as texts only. */
    static final String BY_EVENT = "{\"snapshot-begin\": {\"$ref\": \"#/components/schemas/SnapshotMark\"},"
            + " \"registration\": {\"$ref\": \"#/components/schemas/RegistrationView\"},"
            + " \"snapshot-end\": {\"$ref\": \"#/components/schemas/SnapshotMark\"},"
            + " \"added\": {\"$ref\": \"#/components/schemas/RegistrationChange\"},"
            + " \"updated\": {\"$ref\": \"#/components/schemas/RegistrationChange\"},"
            + " \"removed\": {\"$ref\": \"#/components/schemas/RegistrationRemoval\"},"
            + " \"resync\": {\"$ref\": \"#/components/schemas/StreamNotice\"},"
            + " \"overrun\": {\"$ref\": \"#/components/schemas/StreamNotice\"},"
            + " \"remote-registration\": {\"$ref\": \"#/components/schemas/RemoteChange\"},"
            + " \"remote-removed\": {\"$ref\": \"#/components/schemas/RemoteRemoval\"},"
            + " \"region\": {\"$ref\": \"#/components/schemas/RegionState\"}}";

    private static final String REASONS =
            "history_pruned, unknown_id, too_far_behind, failover, region_lost or too_slow";

    private StreamedData() {}

    @Schema(name = "SnapshotMark", requiredProperties = "revision")
    record Mark(@Schema(description = "all changes up to this one are in the snapshot") long revision) {}

    @Schema(name = "RegistrationChange", requiredProperties = {"revision", "changed_fields", "registration"})
    record Changed(long revision, List<String> changedFields, RegistrationView registration) {}

    @Schema(
            name = "RegistrationRemoval",
            requiredProperties = {"revision", "node_id", "node_type", "removal_reason"})
    record Removed(long revision, String nodeId, String nodeType, String removalReason) {}

    @Schema(name = "StreamNotice", requiredProperties = "reason")
    record Notice(@Schema(description = REASONS) String reason) {}

    @Schema(name = "RemoteChange", requiredProperties = {"region", "registration"})
    record Remote(
            String region,
            @Schema(description = "as with scope=all, without link_state") RegistrationView registration) {}

    @Schema(name = "RemoteRemoval", requiredProperties = {"region", "node_id"})
    record RemoteRemoved(String region, String nodeId) {}

    @Schema(name = "RegionState", requiredProperties = {"region", "state"})
    record Region(String region, @Schema(description = "connected, behind or unreachable") String state) {}
}
