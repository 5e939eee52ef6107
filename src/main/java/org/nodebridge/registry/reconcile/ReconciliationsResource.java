// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.event.Fields;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.JsonBodies;
import org.nodebridge.registry.http.JsonFormat;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.QueryValues;
import org.nodebridge.registry.http.Roles;

/** Comparisons of Consul with PostgreSQL, on demand and as they were made. */
@Path("reconciliations")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ReconciliationsResource {

    private static final Duration PATIENCE = Duration.ofSeconds(25);

    @Inject
    private JsonBodies bodies;

    @Inject
    private Reconciliations reconciliations;

    @Context
    private UriInfo uri;

    @POST
    @RequestBody(
            required = false,
            description = "empty, or with dry_run",
            content = @Content(
                    mediaType = MediaType.APPLICATION_JSON,
                    schema = @Schema(implementation = Comparison.class)))
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Compares Consul with PostgreSQL and puts right what is wrong",
            description = "Any replica takes the request and the leader carries it out. dry_run, in the query or as a"
                    + " member of a JSON body, only says what would be done; it is false where it is not given.")
    @APIResponse(
            responseCode = "200",
            description = "it has ended: done, with its report, or failed, with its error",
            content = @Content(schema = @Schema(implementation = ReconciliationView.class)))
    @APIResponse(
            responseCode = "202",
            description = "it has not ended within 25 seconds; Location says where to look",
            content = @Content(schema = @Schema(implementation = ReconciliationView.class)))
    @APIResponse(responseCode = "400", description = "dry_run is not valid")
    @APIResponse(responseCode = "401", description = "not signed in")
    @APIResponse(responseCode = "403", description = "not an operator")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response reconcile(
            @Parameter(description = "true changes nothing; wins over the body") @QueryParam("dry_run") String dryRun,
            byte[] body, @Context SecurityContext security) {
        Reconciliation asked = reconciliations.request(
                Actor.of(security), dryRun(dryRun, body), PATIENCE);
        return asked.status().ended()
                ? Response.ok(ReconciliationView.of(asked)).build()
                : Response.accepted(ReconciliationView.of(asked))
                        .location(uri.getAbsolutePathBuilder().path(asked.id().toString()).build())
                        .build();
    }

    @GET
    @Operation(
            summary = "The latest comparisons, the newest first",
            description = "Those that were asked for, and those of the schedule that found something new; at most 100,"
                    + " each report without its list.")
    @APIResponse(responseCode = "200", description = "the comparisons")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public ReconciliationList list() {
        return new ReconciliationList(reconciliations.latest().stream().map(ReconciliationView::of).toList());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One comparison with its report")
    @APIResponse(
            responseCode = "200",
            description = "the comparison",
            content = @Content(schema = @Schema(implementation = ReconciliationView.class)))
    @APIResponse(responseCode = "404", description = "there is no such comparison, or no more")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response find(@PathParam("id") String id) {
        return Optional.ofNullable(Fields.uuidOf(id)).flatMap(reconciliations::find)
                .map(found -> Response.ok(ReconciliationView.of(found)).build())
                .orElseGet(() -> Problem.notThere("No such reconciliation", "reconciliation", id)
                        .response());
    }

    private boolean dryRun(String query, byte[] body) {
        if (query != null) {
            return QueryValues.flag("dry_run", query);
        }
        return Boolean.TRUE.equals(bodies.read(body, Comparison.class).dryRun());
    }

    @Schema(name = "Comparison")
    record Comparison(Boolean dryRun) {}

    @Schema(requiredProperties = {"reconciliations"})
    record ReconciliationList(List<ReconciliationView> reconciliations) {}

    /**
     * @param status requested, running, done or failed
     * @param replica the replica that made it
     * @param report what it has found and done; absent before it is done
     * @param error why it failed
     */
    @Schema(requiredProperties = {"id", "status", "dry_run", "requested_at"})
    record ReconciliationView(
            UUID id, String status, boolean dryRun, String requestedBy, Instant requestedAt, Instant startedAt,
            Instant finishedAt, String replica, @Schema(type = SchemaType.OBJECT) JsonNode report, String error) {

        static ReconciliationView of(Reconciliation of) {
            return new ReconciliationView(
                    of.id(), of.status().wireName(), of.dryRun(), of.requestedBy(), of.requestedAt(), of.startedAt(),
                    of.finishedAt(), of.replica(), json(of.report()), of.error());
        }

        private static JsonNode json(String report) {
            try {
                return report == null ? null : JsonFormat.mapper().readTree(report);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
