// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.verdict;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Can discovery be trusted? */
@Path("verdict")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class VerdictResource {

    @Inject
    private Verdicts verdicts;

    @GET
    @Operation(
            summary = "Whether discovery can be trusted now, and why",
            description = "mood is good, fair (with care), bad, neutral (no node is registered) or unknown (not all has"
                    + " been read yet). Each reason says where there is more to see. Judged once in two seconds; while"
                    + " PostgreSQL is unavailable by what is known without it.")
    @APIResponse(
            responseCode = "200",
            description = "the verdict, good or bad",
            content = @Content(schema = @Schema(implementation = DiscoveryVerdict.class)))
    public DiscoveryVerdict verdict() {
        return verdicts.now();
    }
}
