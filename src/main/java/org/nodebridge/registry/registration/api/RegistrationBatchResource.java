// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.RequestBodies;
import org.nodebridge.registry.http.ReservedNodeIds;
import org.nodebridge.registry.http.Roles;
import org.nodebridge.registry.http.body.TooManyBodiesException;

/** Many registrations in one request. Of a node called {@code batch}, see {@link ReservedNodeIds}. */
@Path("registrations/batch")
@RequestScoped
public class RegistrationBatchResource {

    public static final String NDJSON = "application/x-ndjson";

    @Inject
    private RegistrationBatches batches;

    @Context
    private SecurityContext caller;

    @POST
    @Consumes(NDJSON)
    @Produces(NDJSON)
    @RolesAllowed(Roles.OPERATOR)
    @RequestBody(
            required = true,
            description = "an introspection payload a line, as POST /registrations takes it; 10,000 lines at most. The"
                    + " schema is that of one line",
            content = @Content(
                    mediaType = NDJSON,
                    schema = @Schema(implementation = RequestBodies.Introduction.class),
                    example = "{\"node_id\": \"a\", \"node_type\": \"effect\"}\n"))
    @Operation(
            summary = "Registers up to 10,000 nodes, a line each, and answers a line for each",
            description = "Lines are registered some hundreds at a time, in their order. A line that is broken stops no"
                    + " other. Empty lines are counted and passed over. After 10,000 lines, or 32 MiB, one last line"
                    + " says where it stopped; what comes before it has been done. No Idempotency-Key is taken.")
    @APIResponse(
            responseCode = "200",
            description = "an answer for each line, in their order; status says what became of it. The schema is that"
                    + " of one line",
            content = @Content(
                    mediaType = NDJSON,
                    schema = @Schema(implementation = BatchLine.class),
                    example = "{\"line\":1,\"node_id\":\"a\",\"status\":\"success\",\"outcome\":\"created\","
                            + "\"errors\":[]}\n"))
    @APIResponse(responseCode = "400", description = "an Idempotency-Key was given")
    @APIResponse(responseCode = "401", description = "not signed in")
    @APIResponse(responseCode = "403", description = "not an operator")
    @APIResponse(responseCode = "413", description = "the body says that it is too long; nothing has been done")
    @APIResponse(responseCode = "415", description = "the body is not said to be NDJSON")
    @APIResponse(responseCode = "429", description = "too many batches are under way; Retry-After says how long to")
    public Response register(InputStream body) throws TooManyBodiesException {
        RegistrationBatches.Place place = batches.place(Actor.of(caller));
        return Response.ok((StreamingOutput) out -> place.use(body, out), NDJSON).build();
    }
}
