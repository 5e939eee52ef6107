// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cordon;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.JsonBodies;
import org.nodebridge.registry.http.NodeIdParameter;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.Roles;
import org.nodebridge.registry.security.CorrelationId;
import org.nodebridge.registry.store.RegistrationHistoryRepository;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistration.Cordon;
import org.nodebridge.registry.store.ToolRegistrationRepository;

/** The cordon of one node. */
@Path("registrations/{node_id}/cordon")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class CordonResource {

    @Inject
    private Cordoning cordoning;

    @Inject
    private CordonEnd end;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private RegistrationHistoryRepository history;

    @Inject
    private JsonBodies bodies;

    @Context
    private SecurityContext caller;

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(
            required = true,
            content = @Content(
                    mediaType = MediaType.APPLICATION_JSON,
                    schema = @Schema(implementation = CordonRequest.class)))
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Cordons a node: nobody is to call it",
            description = "Its check in Consul is critical with the reason from then on, regardless of its events,"
                    + " until the cordon is ended or its time is over. Where there is a cordon it gets this reason and"
                    + " this end.")
    @APIResponse(
            responseCode = "200",
            description = "cordoned, and both stores say so",
            content = @Content(schema = @Schema(implementation = CordonResult.class)))
    @APIResponse(
            responseCode = "202",
            description = "cordoned; Consul follows",
            content = @Content(schema = @Schema(implementation = CordonResult.class)))
    @APIResponse(responseCode = "400", description = "a member of the body is missing or not valid")
    @APIResponse(responseCode = "404", description = "no such node is registered")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now; sending it again is safe")
    public Response cordon(@BeanParam NodeIdParameter node, byte[] body) {
        CordonRequest request = bodies.read(body, CordonRequest.class);
        Instant until = end.checked(request.until());
        String nodeId = node.value();
        if (!is(nodeId, row -> row.status().registered())) {
            return Problem.notRegistered(
                    nodeId, Storable.text(nodeId) ? history.lastState(nodeId).orElse(null) : null).response();
        }
        return answer(nodeId, "cordoned", cordoning.cordon(
                List.of(nodeId), false, request.reason(), until, Actor.of(caller), CorrelationId.current()));
    }

    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Ends a node's cordon",
            description = "Its check in Consul says again what the registry judges of its health. Of a node that has"
                    + " left, too.")
    @APIResponse(
            responseCode = "200",
            description = "the node is not cordoned, and both stores say so",
            content = @Content(schema = @Schema(implementation = CordonResult.class)))
    @APIResponse(
            responseCode = "202",
            description = "the node is not cordoned; Consul follows",
            content = @Content(schema = @Schema(implementation = CordonResult.class)))
    @APIResponse(responseCode = "404", description = "nothing is known of the node")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now; sending it again is safe")
    public Response uncordon(@BeanParam NodeIdParameter node) {
        String nodeId = node.value();
        if (!is(nodeId, row -> true)) {
            return Problem.neverHeardOf(nodeId).response();
        }
        return answer(nodeId, "uncordoned", cordoning.uncordon(
                List.of(nodeId), false, Actor.of(caller), CorrelationId.current()));
    }

    private boolean is(String nodeId, Predicate<ToolRegistration> what) {
        return Storable.text(nodeId) && registrations.find(nodeId).filter(what).isPresent();
    }

    private Response answer(String nodeId, String change, Cordoning.Done done) {
        boolean published = done.published().complete();
        Cordon now = registrations.find(nodeId).flatMap(ToolRegistration::cordon).orElse(null);
        return Response.status(published ? 200 : 202)
                .entity(new CordonResult(
                        nodeId, done.changed().isEmpty() ? "unchanged" : change, now, !published,
                        done.published().reasonFor(nodeId)))
                .build();
    }

    /**
     * @param reason shown wherever the node is, in Consul too
     * @param until when the cordon ends by itself; without it an operator ends it
     */
    @Schema(name = "Cordoning", requiredProperties = {"reason"})
    record CordonRequest(
            @NotNull(message = CordonRequest.RULE)
            @Pattern(regexp = CordonRequest.PATTERN, message = CordonRequest.RULE) String reason,
            Instant until) {

        /** Bidirectional characters would change how the text around it reads. */
        static final String PATTERN =
                "(?=.*\\S)[^\\p{Cc}\\u202A-\\u202E\\u2066-\\u2069]{1,500}";

        static final String RULE =
                "must say why, in 1 to 500 characters, without control or bidirectional characters";
    }

    /**
     * What became of it.
     *
     * @param outcome cordoned, uncordoned or unchanged
     * @param cordon the node's cordon now; absent where there is none
     * @param consulPending whether Consul does not say so yet
     * @param message why not; absent where it does
     */
    @Schema(requiredProperties = {"node_id", "outcome", "consul_pending"})
    record CordonResult(String nodeId, String outcome, Cordon cordon, boolean consulPending, String message) {}
}
