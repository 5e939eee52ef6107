// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.http.QueryValues;

/** What there is, for those who do not know the nodes. */
@Path("services")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ServicesResource {

    @Inject
    private DiscoveryView view;

    @Inject
    private ServiceCounts counts;

    @Inject
    private OtherRegions regions;

    @GET
    @Operation(
            summary = "Node types and capabilities, with how many nodes are in which state",
            description = "From memory, also while PostgreSQL is unavailable; age_ms says how old it is. A node counts"
                    + " once under its type and once under each capability of it. At most 1000 capabilities of a type,"
                    + " and 50 versions and regions of each, are listed, those of most nodes first.")
    @APIResponse(
            responseCode = "200",
            description = "all of them",
            content = @Content(schema = @Schema(implementation = ServicesView.class)))
    @APIResponse(responseCode = "400", description = "scope is neither local nor all")
    @APIResponse(responseCode = "503", description = "not all nodes are known, or what is known is too old")
    public ServicesView services(
            @QueryParam("scope") @Parameter(description = QueryValues.SCOPE) String scope) {
        boolean all = QueryValues.allRegions(scope);
        return all ? counts.of(view.complete(), regions.inOrder()) : counts.of(view.complete());
    }
}
