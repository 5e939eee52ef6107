// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.event.Fields;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.JsonBodies;
import org.nodebridge.registry.http.JsonBody;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.Roles;

/** Reading the input topics again, to rebuild PostgreSQL or to compare it with them. */
@Path("replays")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ReplaysResource {

    private static final String FROM_RULE = "must be \"earliest\", an ISO-8601 time, or offsets by partition";
    private static final String EARLIEST = "earliest";

    @Inject
    private JsonBodies bodies;

    @Inject
    private TopicReplays replays;

    @Inject
    private TopicReplayRepository repository;

    @Context
    private SecurityContext caller;

    @Context
    private UriInfo uri;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(
            required = true,
            content = @Content(
                    mediaType = MediaType.APPLICATION_JSON,
                    schema = @Schema(implementation = TopicsToReplay.class)))
    @RolesAllowed(Roles.ADMIN)
    @Operation(
            summary = "Reads the input topics again, into PostgreSQL or as a dry run",
            description = "The body: from is \"earliest\", an ISO-8601 time, or an object of <topic>-<partition> to"
                    + " offset, which leaves out partitions that it does not name; topics is some of the input topics;"
                    + " dry_run says what would change. Consul is brought up to date at the end.")
    @APIResponse(
            responseCode = "202",
            description = "it has begun; the Location tells how far it is",
            content = @Content(schema = @Schema(implementation = ReplayView.class)))
    @APIResponse(responseCode = "400", description = "the body is not valid")
    @APIResponse(responseCode = "401", description = "not signed in")
    @APIResponse(responseCode = "409", description = "another replay of topics is under way")
    @APIResponse(responseCode = "503", description = "Kafka or PostgreSQL cannot answer now")
    public Response start(byte[] body) {
        TopicsToReplay asked = bodies.read(body, TopicsToReplay.class);
        TopicReplay replay = replays.start(new TopicReplayRequest(
                from((JsonNode) asked.from()), asked.topics(), Boolean.TRUE.equals(asked.dryRun()),
                Actor.of(caller)));
        return Response.accepted(ReplayView.of(replay))
                .location(uri.getAbsolutePathBuilder().path(replay.id().toString()).build())
                .build();
    }

    @GET
    @Operation(summary = "The last hundred replays, newest first")
    @APIResponse(responseCode = "200", description = "the replays, without their differences")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public ReplayList list() {
        return new ReplayList(repository.list().stream().map(ReplayView::of).toList());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One replay: how far it is, what it did, and in a dry run what would change")
    @APIResponse(
            responseCode = "200",
            description = "the replay",
            content = @Content(schema = @Schema(implementation = ReplayView.class)))
    @APIResponse(responseCode = "404", description = "there is no such replay, or no longer")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response find(@PathParam("id") String id) {
        return replay(id).map(replay -> Response.ok(ReplayView.of(replay)).build()).orElseGet(() -> notThere(id));
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed(Roles.ADMIN)
    @Operation(summary = "Cancels a replay: it ends after the batch under way, and keeps what it has done")
    @APIResponse(
            responseCode = "202",
            description = "it is going to end",
            content = @Content(schema = @Schema(implementation = ReplayView.class)))
    @APIResponse(responseCode = "401", description = "not signed in")
    @APIResponse(responseCode = "404", description = "there is no such replay, or no longer")
    @APIResponse(responseCode = "409", description = "it has ended already")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response cancel(@PathParam("id") String id) {
        Optional<TopicReplay> replay = replay(id);
        if (replay.isEmpty()) {
            return notThere(id);
        }
        replays.cancel(replay.get().id());
        return Response.accepted(ReplayView.of(replay(id).orElse(replay.get()))).build();
    }

    @Schema(name = "TopicsToReplay", requiredProperties = "from")
    // @formatter:off: it takes the braces of an annotation for those of the record
    record TopicsToReplay(
            @Schema(oneOf = {String.class, Map.class}, description = "earliest, a time, or offsets by partition")
            @NotNull(message = FROM_RULE) Object from,
            List<String> topics,
            Boolean dryRun) {}
    // @formatter:on

    @Schema(requiredProperties = {"replays"})
    public record ReplayList(List<ReplayView> replays) {}

    /**
     * @param status running, done, cancelled, failed or interrupted
     * @param percent of the offsets that were there when it began, those it is done with
     * @param differences nodes that would change, 1000 at most; only of a single replay that was a dry run
     */
    @Schema(requiredProperties = {"id", "status", "dry_run", "percent"})
    // @formatter:off: it takes the braces of an annotation for those of the record
    public record ReplayView(
            UUID id, String status, boolean dryRun, @Schema(oneOf = {String.class, Map.class}) Object from,
            @Schema(type = SchemaType.ARRAY, implementation = String.class) JsonNode topics, long recordsTotal,
            long recordsRead, double percent, @Schema(type = SchemaType.OBJECT) JsonNode counts,
            @Schema(type = SchemaType.ARRAY, implementation = Object.class) JsonNode differences, String error,
            boolean cancelRequested, String replica, String requestedBy, Instant requestedAt, Instant finishedAt) {
        // @formatter:on

        public static ReplayView of(TopicReplay replay) {
            double share = replay.recordsTotal() == 0 ? 1 : (double) replay.recordsRead() / replay.recordsTotal();
            return new ReplayView(
                    replay.id(), replay.status(), replay.dryRun(), replay.from(), replay.topics(),
                    replay.recordsTotal(), replay.recordsRead(), Math.floor(share * 1000) / 10, replay.counts(),
                    replay.dryRun() ? replay.differences() : null, replay.error(), replay.cancelRequested(),
                    replay.replica(), replay.requestedBy(), replay.requestedAt(), replay.finishedAt());
        }
    }

    private Optional<TopicReplay> replay(String id) {
        return Optional.ofNullable(Fields.uuidOf(id)).flatMap(repository::find);
    }

    private static ReplayStart from(JsonNode from) {
        if (from.isTextual()) {
            return new ReplayStart(
                    from.textValue().equals(EARLIEST) ? null : JsonBody.instant("from", from.textValue()), null);
        }
        if (!from.isObject() || from.isEmpty()) {
            throw new InvalidInputException("from", FROM_RULE);
        }
        Map<String, Long> offsets = new TreeMap<>();
        from.properties().forEach(offset -> {
            if (!offset.getValue().canConvertToLong() || !offset.getValue().isIntegralNumber()
                    || offset.getValue().longValue() < 0) {
                throw new InvalidInputException("from." + offset.getKey(), "must be an offset, 0 or more");
            }
            offsets.put(offset.getKey(), offset.getValue().longValue());
        });
        return new ReplayStart(null, offsets);
    }

    private static Response notThere(String id) {
        return Problem.notThere("No such replay", "replay", id).response();
    }
}
