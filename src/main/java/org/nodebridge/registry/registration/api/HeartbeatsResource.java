// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.NodeIdParameter;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.RequestBodies;
import org.nodebridge.registry.http.Roles;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.registration.EnvelopeReaders;
import org.nodebridge.registry.security.CorrelationId;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;
import org.nodebridge.registry.store.jdbc.StoredTime;

/** Manual heartbeats. Each is written at once, because its answer says what PostgreSQL has made of it. */
@Path("registrations/{node_id}/heartbeat")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class HeartbeatsResource {

    private static final String NOT_KEPT = "; a heartbeat is not kept for later, send another one then";

    @Inject
    private DualRegistrationService service;

    @Inject
    private StoreClock clock;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private RegistryMetrics metrics;

    @Inject
    private RegistrySettings settings;

    @Context
    private SecurityContext caller;

    @POST
    @Consumes(MediaType.WILDCARD)
    @RequestBody(
            required = false,
            description = "empty, or a heartbeat payload; docs/wire-format.md has all members",
            content = @Content(
                    mediaType = MediaType.APPLICATION_JSON,
                    schema = @Schema(implementation = RequestBodies.Heartbeat.class)))
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Renews a node's lease",
            description = "The body is empty or a heartbeat payload, of which nothing is required.")
    @APIResponse(
            responseCode = "200",
            description = "renewed; until when, and what the node's check says",
            content = @Content(schema = @Schema(implementation = Renewal.class)))
    @APIResponse(responseCode = "400", description = "invalid; every broken field is named")
    @APIResponse(responseCode = "401", description = "nobody has signed in")
    @APIResponse(responseCode = "404", description = "no such node is registered; it is asked to introduce itself")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot take it now, and it is not kept for later")
    public Response renew(@BeanParam NodeIdParameter node, byte[] body) {
        String nodeId = node.value();
        NodeEvent event = EnvelopeReaders.of(settings).readHeartbeat(body, nodeId, clock.now());
        if (event instanceof Unreadable unreadable) {
            throw new InvalidInputException(unreadable.errors());
        }
        if (event instanceof Defect defect) {
            throw new IllegalStateException(defect.message(), defect.cause());
        }
        Heartbeat heartbeat = (Heartbeat) event;
        try {
            ToolRegistration row = row(nodeId).orElse(null);
            NodeType type = row == null ? heartbeat.type() : row.type();
            if (row != null && heartbeat.type() != null && heartbeat.type() != type) {
                throw new InvalidInputException("node_type", "the node is registered as " + type.wireName());
            }
            metrics.heartbeats("received", 1);
            return renew(heartbeat
                    .ofType(type)
                    .correlatedBy(CorrelationId.forEvent(settings.strictEnvelopes()))
                    .by(Actor.of(caller)));
        } catch (StoreUnavailableException e) {
            return Problem.unavailable(e.getMessage() + NOT_KEPT, null).response();
        }
    }

    /** Over the connections of the consumer: readers must not keep a node from renewing its lease. */
    private Optional<ToolRegistration> row(String nodeId) {
        return registrations.findAll(List.of(nodeId), row -> row).stream().findFirst();
    }

    private Response renew(Heartbeat heartbeat) {
        BatchResult result = service.renew(List.of(heartbeat));
        if (!result.committed()) {
            return Problem.unavailable(result.obstacle() + NOT_KEPT, null).response();
        }
        if (!result.refused().isEmpty()) {
            return Problem.refused(result.refused().values().iterator().next(), null).response();
        }
        result.awaitPublished();
        String nodeId = heartbeat.nodeId();
        return result.stored().renewed().containsKey(nodeId)
                ? row(nodeId)
                        .map(row -> Response.ok(new Renewal(
                                nodeId, row.status().wireName(), row.checkStatus(), row.leaseExpiresAt()))
                                .build())
                        .orElseGet(() -> Problem.notRegistered(nodeId).response())
                : Problem.notRegistered(nodeId).response();
    }

    /**
     * What a heartbeat has brought about.
     *
     * @param health passing, warning or critical, as Consul's check says
     */
    @Schema(requiredProperties = {"node_id", "status", "health", "lease_expires_at"})
    public record Renewal(String nodeId, String status, String health,
            @Schema(implementation = Instant.class) StoredTime leaseExpiresAt) {}
}
