// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** For people: which nodes callers were given. */
@Path("route/shares")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class SharesResource {

    @Inject
    private Router router;

    @GET
    @Operation(
            summary = "Which nodes callers were given in the last quarter of an hour",
            description = "Of this replica, minute by minute: the ten nodes handed out most of those that fit now, and"
                    + " all others together. Previews are not counted.")
    @APIResponse(
            responseCode = "200",
            description = "the shares",
            content = @Content(schema = @Schema(implementation = RouteShares.class)))
    @APIResponse(responseCode = "400", description = "a parameter is not valid, or there is none of its name")
    @APIResponse(responseCode = "503", description = "not all nodes are known yet, or what is known is too old")
    public RouteShares shares(@BeanParam NodeQuery query) {
        query.check();
        return router.shares(query.filter());
    }
}
