// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.region.ExportRepository.Exported;
import org.nodebridge.registry.region.RemoteRowsRepository.RegionRow;
import org.nodebridge.registry.region.RemoteRowsRepository.Shown;

/**
 * This region and the others.
 *
 * @param region our own; absent where none is set, and nothing is exported
 * @param export what is published for others; absent where nothing is exported
 * @param regions those that are configured, in the order in which callers get their nodes, and those that once were
 */
@Schema(requiredProperties = "regions")
record RegionsView(String region, ExportView export, List<LinkView> regions) {

    /**
     * What is published for others.
     *
     * @param historyId the run of revisions that records carry; another one begins with all nodes
     * @param revision up to which changes have been published
     * @param complete whether all nodes have been published
     */
    @Schema(name = "RegionExport", requiredProperties = {"topic", "history_id", "revision", "complete"})
    record ExportView(String topic, UUID historyId, long revision, boolean complete) {

        static ExportView of(String topic, Exported exported) {
            return new ExportView(topic, exported.exportId(), exported.revision(), exported.complete());
        }
    }

    /**
     * Another region.
     *
     * @param region as it is called here, by the prefix of its topic
     * @param configured whether it is in registry.regions
     * @param state connected, behind or unreachable
     * @param reason why it is not connected; absent where it is
     * @param saidRegion what it calls itself, which counts for nothing here
     * @param historyId the run of revisions that is read
     * @param revision the highest that has been read
     * @param complete whether it has published all its nodes
     * @param nodes how many of them are known on this replica
     * @param lag records of its topic that are known and still to be read
     * @param revisionsBehind revisions of that region from the highest that has been read to the last on its topic;
     *     absent where revisions do not tell: while it is unreachable, its topic is not read, or nodes are missing
     * @param silentSeconds from its last record to the last read of its topic; absent before the first record
     * @param unreadableRecords passed over because they could not be read
     * @param refusedRecords passed over because they are ours, or there is no room
     * @param lookedAt when this registry last looked at the topic
     */
    @Schema(
            name = "RegionLink",
            requiredProperties = {
                "region", "configured", "state", "topic", "revision", "complete", "nodes", "lag",
                "unreadable_records", "refused_records"
            })
    record LinkView(
            String region, boolean configured, String state, String reason, String topic, String saidRegion,
            String registryId, UUID historyId, long revision, boolean complete, int nodes, long lag,
            Long revisionsBehind, Double silentSeconds, long unreadableRecords, long refusedRecords,
            String lastError, Instant lastErrorAt, Instant heardAt, Instant lookedAt) {

        static LinkView of(RegionRow row, String topic, Duration silence, int nodes, boolean configured) {
            LinkState state = LinkState.of(row, silence);
            OptionalLong behind = LinkState.revisionsBehind(row, silence);
            return new LinkView(
                    row.region(), configured, state.wireName(), reason(row, topic, state, behind), topic,
                    row.saidRegion(), row.registryId(), row.historyId(), row.revision(), row.complete(), nodes,
                    row.lag(), behind.isPresent() ? (Long) behind.getAsLong() : null, row.silentFor(), row.unreadable(),
                    row.refused(), row.lastError(), row.lastErrorAt(), row.heardAt(), row.lookedAt());
        }

        static LinkView unknown(String region, String topic) {
            return new LinkView(
                    region, true, LinkState.UNREACHABLE.wireName(), "its topic has not been looked at yet", topic,
                    null, null, null, 0, false, 0, 0, null, null, 0, 0, null, null, null, null);
        }

        /** Of a region of which nothing counts what has come since, with what is wrong with that. */
        private static String reason(RegionRow row, String topic, LinkState state, OptionalLong behind) {
            boolean refused = row.lastErrorAt() != null
                    && (row.heardAt() == null || row.lastErrorAt().isAfter(row.heardAt()));
            return state == LinkState.CONNECTED || !refused
                    ? plainReason(row, topic, state, behind)
                    : plainReason(row, topic, state, behind) + "; " + row.lastError();
        }

        private static String plainReason(RegionRow row, String topic, LinkState state, OptionalLong behind) {
            return switch (state) {
                case CONNECTED -> null;
                case BEHIND -> row.lag() > 0
                        ? row.lag() + " records of its topic are still to be read"
                                + (behind.orElse(0) > 0 ? ": " + behind.getAsLong() + " revisions" : "")
                        : row.complete()
                                ? "its topic was last looked at " + Math.round(row.lookedFor()) + " s ago"
                                : "it has not published all its nodes yet";
                case UNREACHABLE -> row.noTopic()
                        ? "there is no topic " + topic + ": nothing mirrors the region's"
                        : row.silentFor() == null
                                ? "nothing has been heard of it yet"
                                : "it has been silent for " + Math.round(row.silentFor()) + " s";
            };
        }
    }

    /**
     * A node of another region.
     *
     * @param state of the link: connected, behind or unreachable
     * @param revision of that region, when it published this
     * @param importedAt when that came here
     * @param unreadableSince since when its newest record is one that could not be read, so that this is of an earlier
     *     one; absent where it was read
     * @param registration as that region shows it
     */
    @Schema(
            name = "RemoteRegistration",
            requiredProperties = {
                "region", "state", "node_id", "revision", "history_id", "imported_at", "registration"
            })
    record RemoteRegistration(
            String region, String state, String nodeId, long revision, UUID historyId, Instant importedAt,
            Instant unreadableSince, @JsonRawValue @Schema(type = SchemaType.OBJECT) String registration) {

        static RemoteRegistration of(String region, LinkState state, Shown node) {
            return new RemoteRegistration(
                    region, state.wireName(), node.nodeId(), node.revision(), node.historyId(), node.importedAt(),
                    node.unreadableSince(), node.registration());
        }
    }

    /** @param outcome forgotten */
    @Schema(name = "ForgottenRegion", requiredProperties = {"region", "outcome"})
    record Forgotten(String region, String outcome) {}

    /** @param nextCursor what to ask for the next page with; absent on the last page */
    @Schema(name = "RemoteRegistrationPage", requiredProperties = "registrations")
    record Page(List<RemoteRegistration> registrations, String nextCursor) {}
}
