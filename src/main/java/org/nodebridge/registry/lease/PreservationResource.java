// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.config.PreservationSettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.JsonBodies;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.Roles;
import org.nodebridge.registry.lease.PreservationRepository.Look;

/** Self-preservation: cohorts whose expiry is held because too many of their nodes fell due at once. */
@Path("preservation")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class PreservationResource {

    @Inject
    private JsonBodies bodies;

    @Inject
    private PreservationRepository preservation;

    @Inject
    private RegistrySettings settings;

    @GET
    @Operation(
            summary = "Whether expiry is held, where, since when, and what ends it",
            description = "As of the leader's last sweep of the leases, whichever replica is asked.")
    @APIResponse(responseCode = "200", description = "the cohorts that are held; none while all is well")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public PreservationView preservation() {
        List<CohortView> cohorts = preservation.shownHolds().stream()
                .map(hold -> CohortView.of(hold, settings.preservation()))
                .toList();
        Look look = preservation.lastLook().orElse(null);
        return new PreservationView(
                !cohorts.isEmpty(), cohorts,
                look == null || look.blocked() == null ? null : new BlockedView(look.blocked(), look.blockedSince()),
                look == null ? null : look.lookedAt());
    }

    @POST
    @Path("confirm")
    @Consumes(MediaType.WILDCARD)
    @RequestBody(
            required = false,
            description = "empty for all that is held",
            content = @Content(
                    mediaType = MediaType.APPLICATION_JSON,
                    schema = @Schema(implementation = Cohorts.class)))
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Says that held nodes are gone indeed",
            description = "All held cohorts, or those of node_type and region where the body names them. The leader"
                    + " expires the nodes at its next sweep, but for those that were heard of by then.")
    @APIResponse(
            responseCode = "200",
            description = "confirmed; how many cohorts and nodes",
            content = @Content(schema = @Schema(implementation = Confirmed.class)))
    @APIResponse(responseCode = "400", description = "a member of the body is not valid")
    @APIResponse(responseCode = "401", description = "not signed in")
    @APIResponse(responseCode = "403", description = "not an operator")
    @APIResponse(responseCode = "409", description = "nothing of that kind is held")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response confirm(byte[] body, @Context SecurityContext security) {
        Cohorts cohorts = bodies.read(body, Cohorts.class);
        List<Integer> confirmed = preservation.confirm(
                cohorts.nodeType(), cohorts.region(), Actor.of(security));
        return confirmed.isEmpty()
                ? Problem.ofStatus(409, "Nothing is held", "there is no held cohort to confirm").response()
                : Response.ok(new Confirmed(
                        confirmed.size(), confirmed.stream().mapToInt(Integer::intValue).sum()))
                        .build();
    }

    /**
     * @param blocked why no lease ends at all now; absent while they do
     * @param lookedAt when the leader last looked at the leases; absent before it ever has
     */
    @Schema(requiredProperties = {"active", "cohorts"})
    public record PreservationView(boolean active, List<CohortView> cohorts, BlockedView blocked, Instant lookedAt) {}

    public record BlockedView(String reason, Instant since) {}

    @Schema(name = "HeldCohorts")
    record Cohorts(
            @Schema(description = NodeType.NAMES)
            @Pattern(regexp = NodeType.PATTERN, message = NodeType.RULE) String nodeType,
            String region) {}

    @Schema(requiredProperties = {"cohorts", "nodes"})
    public record Confirmed(int cohorts, int nodes) {}

    /**
     * @param region empty for nodes that name none
     * @param size how many nodes the cohort has or lately had
     * @param fallen how many of them fell due or have lately expired
     * @param held how many are held now
     * @param heldNodes the first hundred of them
     * @param endsWhen each by itself ends the hold
     */
    public record CohortView(
            String nodeType, String region, Instant since, String reason, int size, int fallen, double percent,
            int held, List<String> heldNodes, List<String> endsWhen, Instant confirmedAt, String confirmedBy) {

        public static CohortView of(PreservationHold hold, PreservationSettings settings) {
            double percent = Math.round(1000.0 * hold.fallen() / Math.max(1, hold.size())) / 10.0;
            return new CohortView(
                    hold.cohort().nodeType(), hold.cohort().region(), hold.since(),
                    hold.fallen() + " of " + hold.size() + " nodes fell due within "
                            + settings.window().toSeconds() + " seconds; " + settings.percent() + " % may",
                    hold.size(), hold.fallen(), percent, hold.held(), hold.heldNodes(),
                    List.of(
                            "no more than " + settings.percent() + " % of the nodes are due, because others renew",
                            "each held node has answered a probe, or has failed its probes and expired",
                            "an operator confirms that the nodes are gone",
                            "for nodes that cannot be probed: " + hold.since().plus(settings.longestHold())),
                    hold.confirmedAt(), hold.confirmedBy());
        }
    }
}
