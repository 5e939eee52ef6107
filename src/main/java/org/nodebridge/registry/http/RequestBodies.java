// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.event.NodeType;

/** What nodes say, for OpenAPI; {@code event.dialect} reads it. */
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
}
