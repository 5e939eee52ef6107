// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** For callers: which node to call. */
@Path("route")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RouteResource {

    @Inject
    private Router router;

    @GET
    @Operation(
            summary = "Which node to call",
            description = "Nodes that fit all filters and can be called, chosen by load, the best first. The first"
                    + " counts as called. From memory: also while PostgreSQL is unavailable, for"
                    + " registry.route.stale-for. Where no node can be called, suspect ones follow with the reason"
                    + " last_resort; left_out says why others are not there.")
    @APIResponse(
            responseCode = "200",
            description = "the candidates, of which there may be none",
            content = @Content(schema = @Schema(implementation = RouteAnswer.class)))
    @APIResponse(responseCode = "400", description = "a parameter is not valid, or there is none of its name")
    @APIResponse(responseCode = "503", description = "not all nodes are known yet, or what is known is too old")
    public RouteAnswer route(@BeanParam RouteQuery query, @Context Request request) {
        query.check();
        boolean handsOut = HttpMethod.GET.equals(request.getMethod()) && !query.preview(); // HEAD comes here too
        return router.route(
                query.filter(), query.strategy(), query.key(), query.number(), query.anyRegion(), handsOut);
    }
}
