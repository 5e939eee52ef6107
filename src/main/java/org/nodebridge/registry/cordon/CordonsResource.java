// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cordon;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.cordon.CordonResource.CordonRequest;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.JsonBodies;
import org.nodebridge.registry.http.Roles;
import org.nodebridge.registry.security.CorrelationId;
import org.nodebridge.registry.store.RegistrationFilter;
import org.nodebridge.registry.store.RegistrationOrder;
import org.nodebridge.registry.store.RegistrationOrder.Place;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.nodebridge.registry.store.ToolRegistrationRepository.Page;

/** Cordons of many nodes at once. */
@Path("cordons")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class CordonsResource {

    /** Each is a write to Consul that a client waits for. */
    private static final int MOST = 1_000;

    private static final int PORTION = 100;
    private static final int SHOWN = 100;

    /** Of rows, one portion after the other. */
    private static final long PORTION_BYTES = 1 << 20;

    @Inject
    private Cordoning cordoning;

    @Inject
    private CordonEnd end;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private JsonBodies bodies;

    @Context
    private SecurityContext caller;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(
            required = true,
            content = @Content(
                    mediaType = MediaType.APPLICATION_JSON,
                    schema = @Schema(implementation = CordonsRequest.class)))
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Cordons the nodes that fit, or ends their cordons",
            description = "All that is named must fit, and something must be named. With dry_run=true it only says"
                    + " which nodes these are.")
    @APIResponse(
            responseCode = "200",
            description = "done, or what would be done",
            content = @Content(schema = @Schema(implementation = CordonsResult.class)))
    @APIResponse(
            responseCode = "202",
            description = "done; Consul follows for some of them",
            content = @Content(schema = @Schema(implementation = CordonsResult.class)))
    @APIResponse(responseCode = "400", description = "a member of the body is not valid, or more than 1000 nodes fit")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now; some may be done")
    public Response change(byte[] body) {
        CordonsRequest request = bodies.read(body, CordonsRequest.class);
        boolean cordon = "cordon".equals(request.action());
        RegistrationFilter filter = request.filter();
        Instant until = end.checked(request.until());
        if (cordon && request.reason() == null) {
            throw new InvalidInputException("reason", CordonRequest.RULE);
        }
        long matched = registrations.count(filter);
        if (matched > MOST) {
            throw new InvalidInputException(
                    "node_types", matched + " nodes fit, and " + MOST + " at once may be changed: name more of them");
        }
        List<String> all = nodeIds(filter);
        int changed = 0;
        int refused = 0;
        int pending = 0;
        if (!Boolean.TRUE.equals(request.dryRun())) {
            for (int from = 0; from < all.size(); from += PORTION) {
                List<String> some = all.subList(from, Math.min(all.size(), from + PORTION));
                Cordoning.Done done = cordon
                        ? cordoning.cordon(
                                some, true, request.reason(), until, Actor.of(caller), CorrelationId.current())
                        : cordoning.uncordon(some, true, Actor.of(caller), CorrelationId.current());
                changed += done.changed().size();
                refused += done.refused().size();
                pending += done.published().refused().size() + done.published().unavailable().size();
            }
        }
        return Response.status(pending == 0 ? 200 : 202)
                .entity(new CordonsResult(
                        all.size(), changed, refused, pending, all.subList(0, Math.min(SHOWN, all.size()))))
                .build();
    }

    private List<String> nodeIds(RegistrationFilter filter) {
        List<String> all = new ArrayList<>();
        Place after = null;
        Page page;
        do {
            page = registrations.page(filter, RegistrationOrder.BY_NODE_ID, after, PORTION, PORTION_BYTES);
            page.rows().stream().map(ToolRegistration::nodeId).forEach(all::add);
            if (page.more()) {
                after = RegistrationOrder.BY_NODE_ID.placeOf(page.rows().get(page.rows().size() - 1));
            }
        } while (page.more() && all.size() < MOST);
        return all;
    }

    /**
     * @param nodeTypes any of these
     * @param regions any of these
     * @param capabilities names that a node must have, each of them
     * @param reason asked for where nodes are cordoned
     * @param until when the cordons end by themselves; without it an operator ends them
     * @param dryRun true to change nothing
     */
    @Schema(name = "Cordonings", requiredProperties = {"action"})
    record CordonsRequest(
            @NotNull(message = CordonsRequest.ACTIONS)
            @Pattern(regexp = "^(cordon|uncordon)$", message = CordonsRequest.ACTIONS) String action,
            @Size(max = 4, message = NodeType.RULE) List<
                    @Pattern(regexp = NodeType.PATTERN, message = NodeType.RULE) String> nodeTypes,
            @Size(max = 50, message = CordonsRequest.FIFTY) List<String> regions,
            @Size(max = 50, message = CordonsRequest.FIFTY) List<String> capabilities,
            @Pattern(regexp = CordonRequest.PATTERN, message = CordonRequest.RULE) String reason,
            Instant until,
            Boolean dryRun) {

        static final String ACTIONS = "must be cordon or uncordon";
        static final String FIFTY = "may have 50 values at most";

        RegistrationFilter filter() {
            if (nodeTypes == null && regions == null && capabilities == null) {
                throw new InvalidInputException(
                        "node_types", "must say which nodes, or regions or capabilities must: all of them at once are"
                                + " not changed");
            }
            return new RegistrationFilter(
                    null, types(), Set.of(), Set.of(), regions == null ? Set.of() : Set.copyOf(regions),
                    capabilities == null ? List.of() : capabilities, List.of(), null,
                    "uncordon".equals(action) ? Boolean.TRUE : null, null);
        }

        private Set<NodeType> types() {
            return nodeTypes == null
                    ? Set.of()
                    : nodeTypes.stream().map(name -> NodeType.ofWireName(name).orElseThrow())
                            .collect(Collectors.toSet());
        }
    }

    /**
     * What has been done.
     *
     * @param matched how many nodes fit
     * @param changed for how many of them it was a change; 0 where nothing was to be changed
     * @param refused of how many PostgreSQL refuses to change the row; they are as they were
     * @param consulPending of how many Consul does not say so yet
     * @param nodeIds the first hundred that fit, in the order of the ids
     */
    @Schema(requiredProperties = {"matched", "changed", "refused", "consul_pending", "node_ids"})
    record CordonsResult(int matched, int changed, int refused, int consulPending, List<String> nodeIds) {}
}
