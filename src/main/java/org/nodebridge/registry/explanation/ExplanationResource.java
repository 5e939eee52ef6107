// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.explanation;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.http.NodeIdParameter;
import org.nodebridge.registry.http.Roles;
import org.nodebridge.registry.http.page.PageBytes;

/** Why is my node not there? */
@Path("registrations/{node_id}/explanation")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ExplanationResource {

    /** Of an answer with as many letters, and as much wrong with each, as it may have. */
    private static final int MOST_BYTES = 128 * 1024;

    @Inject
    private Explanations explanations;

    @Inject
    private PageBytes bytes;

    @Context
    private SecurityContext caller;

    @GET
    @Operation(
            summary = "Why callers find a node, or do not",
            description = "Of any id, whether such a node is registered, has left, or was never heard of. The first"
                    + " finding explains most; each says where there is more to see. Dead letters are looked through"
                    + " for operators only, from the newest, for five seconds.")
    @APIResponse(
            responseCode = "200",
            description = "the explanation; of a node that nothing is known of, that",
            content = @Content(schema = @Schema(implementation = Explanation.class)))
    @APIResponse(responseCode = "400", description = "a parameter is not valid")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Explanation explanation(@BeanParam NodeIdParameter node) {
        String nodeId = node.value();
        bytes.take();
        Explanation explanation = explanations.of(nodeId, caller.isUserInRole(Roles.OPERATOR));
        bytes.needs(MOST_BYTES);
        return explanation;
    }
}
