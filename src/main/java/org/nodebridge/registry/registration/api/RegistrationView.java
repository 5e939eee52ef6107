// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.catalog.CallableAddress;
import org.nodebridge.registry.catalog.SidecarPort;
import org.nodebridge.registry.config.ConsulLayout;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistration.Cordon;
import org.nodebridge.registry.store.jdbc.StoredTime;

/**
 * A registration as the interface shows it.
 *
 * @param version the node's own version
 * @param statusReason why it is in its status; absent where it goes without saying
 * @param health passing, warning or critical: what its check in Consul says, if the node can be called
 * @param healthStatus what the node last said of its health
 * @param cordon an operator's word that the node is not to be called; absent where there is none
 * @param dampedUntil until when its check may not become better, because it went up and down; absent otherwise
 * @param stores what each store holds: {@code postgres} is {@code registered}, or {@code tombstone} of a node that is
 *     expired or departed, {@code consul} is {@code registered}, {@code absent}, {@code pending} or {@code refused}
 * @param sidecarError why there is no entry in Consul for the mesh proxy that the node's metadata names; absent where
 *     nothing is against it, and where Consul Connect is off
 * @param capabilities as PostgreSQL has it, with every digit, as are endpoints and metadata
 * @param malformed the columns that hold what no node can announce, as another program may have written it: they are
 *     shown as they are, and may be of another type than said here; absent where there is none
 * @param consulError what Consul said when it refused the node
 * @param callable whether an endpoint of the node gives an address and a port; if not, its check in Consul is critical
 *     regardless of its health
 * @param notCallableReason why it cannot be called; absent where it can
 * @param rowVersion counts the changes of the node's row; absent for nodes of other regions
 * @param revision the former name of {@code rowVersion}; for a node of another region, up to which change that region
 *     has published
 * @param lastHeartbeat when a heartbeat last came; absent when none has
 * @param lastSeenAt when it last registered, sent a heartbeat or answered a probe
 * @param lastSeenBy which of these it was: registration, heartbeat or probe
 * @param fromRegion the other region that has the node and tells of it, whose revision is shown; absent for our own
 * @param linkState how it stands with that region: connected, behind or unreachable; absent for our own nodes
 * @param importedAt when that region's word came here; absent for our own nodes
 * @param unreadableSince since when that region's newest record of it is one that could not be read, so that what is
 *     shown is older; absent where it was read, and for our own nodes
 * @param alsoIn other regions that have a node of this id too; absent where there are none, and for nodes of theirs
 */
@SuppressWarnings("InvalidParam") // {@code registered} is a word of the answer, no parameter
public record RegistrationView(
        String nodeId,
        String nodeType,
        String nodeRole,
        String version,
        String environment,
        String region,
        String status,
        String statusReason,
        String health,
        String healthStatus,
        Map<String, String> stores,
        String consulError,
        boolean callable,
        String notCallableReason,
        String sidecarError,
        @JsonRawValue @Schema(type = SchemaType.OBJECT) String capabilities,
        @JsonRawValue @Schema(type = SchemaType.OBJECT, additionalProperties = String.class) String endpoints,
        @JsonRawValue @Schema(type = SchemaType.OBJECT) String metadata,
        List<String> malformed,
        String networkId,
        String deploymentId,
        Long epoch,
        @Schema(implementation = Instant.class) StoredTime eventTimestamp,
        Long rowVersion,
        long revision,
        @Schema(implementation = Instant.class) StoredTime lastHeartbeat,
        @Schema(implementation = Instant.class) StoredTime lastSeenAt,
        String lastSeenBy,
        @Schema(implementation = Instant.class) StoredTime leaseExpiresAt,
        LeaseView lease,
        @Schema(implementation = Instant.class) StoredTime dampedUntil,
        Cordon cordon,
        @Schema(implementation = Instant.class) StoredTime registeredAt,
        @Schema(implementation = Instant.class) StoredTime updatedAt,
        Long activeOperations,
        Double uptimeSeconds,
        Double cpuPercent,
        Double memoryMb,
        String fromRegion,
        String linkState,
        Instant importedAt,
        Instant unreadableSince,
        List<String> alsoIn) {

    /** @param layout how a node looks in Consul */
    public static RegistrationView of(ToolRegistration row, ConsulLayout layout) {
        return of(row, layout, List.of());
    }

    /**
     * The same with the other regions that have a node of this id too.
     *
     * @param layout how a node looks in Consul
     */
    public static RegistrationView of(ToolRegistration row, ConsulLayout layout, List<String> alsoIn) {
        NodeDescription node = row.description();
        String notCallableReason = CallableAddress.obstacle(node.endpoints(), layout.addressEndpoints());
        List<String> malformed = row.malformed();
        return new RegistrationView(
                row.nodeId(),
                row.type().wireName(),
                row.role(),
                row.nodeVersion(),
                row.environment(),
                row.region(),
                row.status().wireName(),
                row.statusReason(),
                row.checkStatus(),
                row.healthStatus(),
                Map.of("postgres", row.status().registered() ? "registered" : "tombstone", "consul", consul(row)),
                row.catalogError(),
                notCallableReason == null,
                notCallableReason,
                layout.sidecars() ? SidecarPort.of(node, layout.addressEndpoints()).problem() : null,
                row.capabilities(),
                row.endpoints(),
                row.metadata(),
                malformed.isEmpty() ? null : malformed,
                row.networkId(),
                row.deploymentId(),
                row.contentVersion().epoch(),
                row.contentTime(),
                row.revision(),
                row.revision(),
                row.lastHeartbeat(),
                row.lastSeenAt(),
                row.lastSeenBy(),
                row.leaseExpiresAt(),
                LeaseView.of(row),
                row.dampedUntil(),
                row.cordon().orElse(null),
                row.registeredAt(),
                row.updatedAt(),
                row.activeOperations(),
                row.uptimeSeconds(),
                row.cpuPercent(),
                row.memoryMb(),
                null,
                null,
                null,
                null,
                alsoIn.isEmpty() ? null : alsoIn);
    }

    private static String consul(ToolRegistration row) {
        if (row.catalogCurrent()) {
            return row.status().discoverable() ? "registered" : "absent";
        }
        return row.catalogError() == null ? "pending" : "refused";
    }
}
