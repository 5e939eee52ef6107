// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.event.NodeType;

/** The forms of request bodies, for OpenAPI. They are read member by member, so that every mistake can be named. */
public final class RequestBodies {

    private static final String TYPES = NodeType.NAMES;

    private RequestBodies() {}

    @Schema(name = "Introduction", requiredProperties = {"node_id", "node_type"})
    public record Introduction(
            String nodeId,
            @Schema(description = TYPES) String nodeType,
            Map<String, Object> capabilities,
            Map<String, String> endpoints,
            Map<String, Object> metadata,
            @Schema(description = "counts the node's starts") Long epoch,
            @Schema(description = "decides which of two is newer; now where it is missing") Instant timestamp) {}

    @Schema(name = "Heartbeat")
    public record Heartbeat(String nodeType, String healthStatus, Instant timestamp, Double uptimeSeconds) {}

    @Schema(name = "IntrospectionQuestion")
    public record Question(
            @Schema(description = "startup, startup_rebroadcast, recovery, refresh, manual or node_join") String reason,
            @Schema(description = "of these: " + TYPES) List<String> targetNodeTypes,
            @Schema(minimum = "1", maximum = "30000") Integer timeoutMs) {}

    @Schema(name = "LettersToReplay")
    public record LettersToReplay(
            @Schema(description = "or at least one of reason, topic, from and to") List<String> ids,
            @Schema(description = "unreadable, unidentified, refused or defect") String reason,
            String topic,
            Instant from,
            Instant to,
            Boolean dryRun,
            @Schema(minimum = "1", maximum = "10000") Integer limit) {}

    @Schema(name = "TopicsToReplay", requiredProperties = "from")
    // @formatter:off: it takes the braces of an annotation for those of the record
    public record TopicsToReplay(
            @Schema(oneOf = {String.class, Map.class}, description = "earliest, a time, or offsets by partition")
            Object from,
            List<String> topics,
            Boolean dryRun) {}
    // @formatter:on

    @Schema(name = "HeldCohorts")
    public record Cohorts(@Schema(description = TYPES) String nodeType, String region) {}

    @Schema(name = "Comparison")
    public record Comparison(Boolean dryRun) {}
}
