// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.identity;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.NodeIdParameter;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.Roles;
import org.nodebridge.registry.security.CorrelationId;
import org.nodebridge.registry.store.ForgottenNodesRepository;
import org.nodebridge.registry.store.ForgottenNodesRepository.ReleasedOwner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose a node is, where nodes show that on Kafka. */
@Path("registrations/{node_id}/owner")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RegistrationOwnerResource {

    private static final Logger LOG = LoggerFactory.getLogger(RegistrationOwnerResource.class);

    @Inject
    private ForgottenNodesRepository owners;

    @Context
    private SecurityContext caller;

    @DELETE
    @RolesAllowed(Roles.ADMIN)
    @Operation(
            summary = "Takes a node's owner from it, so that it can move to another",
            description = "The node stays registered, and its history keeps who did this. The next owner to vouch"
                    + " for one of its introspection events or departures becomes its owner. SECURITY.md says what an"
                    + " owner is.")
    @APIResponse(
            responseCode = "200",
            description = "released; whose it was",
            content = @Content(schema = @Schema(implementation = Released.class)))
    @APIResponse(responseCode = "404", description = "the node has no owner")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response release(@BeanParam NodeIdParameter node) {
        String nodeId = node.value();
        String actor = Actor.of(caller);
        Optional<ReleasedOwner> released = Storable.text(nodeId)
                ? owners.releaseOwner(nodeId, actor, CorrelationId.current())
                : Optional.empty();
        released.ifPresent(owner -> LOG.atInfo().addKeyValue("node", nodeId).addKeyValue("owner", owner.owner())
                .addKeyValue("by", actor).log("A node has been taken from its owner"));
        return released
                .map(owner -> Response.ok(new Released(nodeId, owner.owner(), owner.since())).build())
                .orElseGet(() -> Problem.notThere("No owner", "an owner of node", nodeId).response());
    }

    /**
     * @param owner key/ and the owner of the key, or claim/ and what the claim says
     * @param since when it became the owner
     */
    @Schema(name = "ReleasedOwner", requiredProperties = {"node_id", "owner", "since"})
    record Released(String nodeId, String owner, Instant since) {}
}
