// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.deadletter.DeadLetterTopics.WholeDeadLetter;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.JsonBodies;
import org.nodebridge.registry.http.JsonBody;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.Roles;
import org.nodebridge.registry.http.page.PageBytes;
import org.nodebridge.registry.http.page.PageLimit;
import org.nodebridge.registry.kafka.deadletter.DeadLetterId;

/**
 * Records that were dead-lettered, to look at and to try again. Payloads may be confidential: all is the operator's.
 */
@Path("dead-letters")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.OPERATOR)
public class DeadLettersResource {

    private static final int MOST_AT_ONCE = 10_000;
    private static final int USUAL_LIMIT = 1000;

    /** Why a record is one, as an alternative of a regular expression, which people can read too. */
    private static final String REASONS = "defect|refused|unidentified|unreadable";

    private static final Set<String> STATES =
            Set.of("open", "applied", "unchanged", "stale", "unknown", "ignored", "quarantined", "truncated");

    @Inject
    private JsonBodies bodies;

    @Inject
    private DeadLetterTopics topics;

    @Inject
    private PageBytes bytes;

    @Inject
    private DeadLetterReplay replay;

    @Inject
    private KafkaSettings settings;

    @Context
    private SecurityContext caller;

    @GET
    @Operation(
            summary = "Dead letters of all input topics, newest first",
            description = "Filters: reason (" + REASONS + "), topic, from, to (when it became"
                    + " a dead letter), status (open, applied, unchanged, stale, unknown, ignored, quarantined,"
                    + " truncated). A page may be short, or empty, with a next_cursor, where few of many letters fit"
                    + " or letters are large.")
    @APIResponse(responseCode = "200", description = "a page; next_cursor leads to the next one")
    @APIResponse(responseCode = "400", description = "a parameter is not valid")
    @APIResponse(responseCode = "401", description = "not signed in")
    @APIResponse(responseCode = "429", description = "too many read dead letters; Retry-After says how long to wait")
    @APIResponse(responseCode = "503", description = "Kafka or PostgreSQL cannot answer now")
    public DeadLetterView.Page list(
            @Parameter(description = REASONS) @QueryParam("reason") String reason,
            @Parameter(description = "an input topic, or its dead-letter topic") @QueryParam("topic") String topic,
            @Parameter(description = "made a dead letter then or later, ISO-8601") @QueryParam("from") String from,
            @Parameter(description = "made a dead letter before then, ISO-8601") @QueryParam("to") String to,
            @Parameter(description = "open, or what became of its last replay") @QueryParam("status") String status,
            @Parameter(description = "the node it is about, by its payload, or by its key where that names none")
            @QueryParam("node_id") String nodeId,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") @DefaultValue("100") String limit) {
        DeadLetterFilter filter = filter(
                reason, topic, JsonBody.instant("from", from), JsonBody.instant("to", to),
                oneOf("status", status, STATES), nodeId);
        Map<TopicPartition, Long> next = DeadLettersCursor.decode(cursor);
        int most = PageLimit.of(limit);
        bytes.take();
        DeadLetterPage page = topics.page(filter, next, most);
        bytes.needs(page.letters().stream().mapToLong(DeadLetter::bytes).sum());
        return new DeadLetterView.Page(
                page.letters().stream().map(DeadLetterView::of).toList(), DeadLettersCursor.encoded(page.next()));
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One dead letter with its whole payload, in base64 where that is not UTF-8")
    @APIResponse(
            responseCode = "200",
            description = "the letter",
            content = @Content(schema = @Schema(implementation = DeadLetterView.class)))
    @APIResponse(responseCode = "401", description = "not signed in")
    @APIResponse(responseCode = "404", description = "there is no such letter, or no longer")
    @APIResponse(responseCode = "429", description = "too many read dead letters; Retry-After says how long to wait")
    @APIResponse(responseCode = "503", description = "Kafka or PostgreSQL cannot answer now")
    public Response find(@PathParam("id") String id) {
        bytes.take();
        Optional<WholeDeadLetter> found = DeadLetterId.parse(id).flatMap(topics::find);
        bytes.needs(found.map(WholeDeadLetter::bytes).orElse(0L));
        return found.map(letter -> Response.ok(DeadLetterView.of(letter)).build()).orElseGet(() -> notThere(id));
    }

    @POST
    @Path("replay")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(
            required = true,
            content = @Content(
                    mediaType = MediaType.APPLICATION_JSON,
                    schema = @Schema(implementation = LettersToReplay.class)))
    @Operation(
            summary = "Reads dead letters again, by today's rules, and applies them",
            description = "The body names ids, or at least one of reason, topic, from and to, and then means letters"
                    + " that are open; dry_run says what would become of them; limit (1000) bounds a selection."
                    + " What fails again goes to the quarantine topic; what an unavailable store could not take has"
                    + " failed and stays open.")
    @APIResponse(
            responseCode = "200",
            description = "what became of each letter; more says that some may be left",
            content = @Content(schema = @Schema(implementation = ReportView.class)))
    @APIResponse(responseCode = "400", description = "the body is not valid")
    @APIResponse(responseCode = "401", description = "not signed in")
    @APIResponse(responseCode = "404", description = "the one letter that was asked for is not there")
    @APIResponse(responseCode = "409", description = "another replay of dead letters is under way")
    @APIResponse(responseCode = "503", description = "Kafka or PostgreSQL cannot answer now")
    public Response replay(byte[] body) {
        LettersToReplay asked = bodies.read(body, LettersToReplay.class);
        List<DeadLetterId> ids = ids(asked);
        DeadLetterFilter filter = filter(
                asked.reason(), asked.topic(), asked.from(), asked.to(), null, null);
        DeadLetterReplayReport report = replay.replay(new DeadLetterReplayRequest(
                ids, filter, Boolean.TRUE.equals(asked.dryRun()), asked.limit() == null ? USUAL_LIMIT : asked.limit(),
                Actor.of(caller)));
        return ids != null && ids.size() == 1 && report.letters().isEmpty() && !report.missing().isEmpty()
                ? notThere(ids.get(0).toString())
                : Response.ok(ReportView.of(report)).build();
    }

    @Schema(name = "LettersToReplay")
    // @formatter:off: it takes the braces of an annotation for those of the record
    record LettersToReplay(
            @Schema(description = "or at least one of reason, topic, from and to")
            @Size(min = 1, max = MOST_AT_ONCE, message = "may be " + MOST_AT_ONCE + " at once") List<String> ids,
            @Schema(description = REASONS)
            @Pattern(regexp = "^(" + REASONS + ")$", message = "must be one of " + REASONS) String reason,
            String topic,
            Instant from,
            Instant to,
            Boolean dryRun,
            @Min(1) @Max(MOST_AT_ONCE) Integer limit) {}
    // @formatter:on

    /** As the report has it, with ids as text. */
    @Schema(name = "DeadLetterReplays", requiredProperties = {"dry_run", "counts", "letters", "missing", "more"})
    public record ReportView(
            boolean dryRun, Map<String, Long> counts, List<OutcomeView> letters, List<String> missing, boolean more) {

        public static ReportView of(DeadLetterReplayReport report) {
            return new ReportView(
                    report.dryRun(),
                    report.counts(),
                    report.letters().stream()
                            .map(letter -> new OutcomeView(
                                    letter.id().toString(), letter.nodeId(), letter.outcome(), letter.detail()))
                            .toList(),
                    report.missing().stream().map(DeadLetterId::toString).toList(),
                    report.more());
        }
    }

    public record OutcomeView(String id, String nodeId, String outcome, String detail) {}

    private static List<DeadLetterId> ids(LettersToReplay asked) {
        boolean selects = asked.reason() != null || asked.topic() != null || asked.from() != null || asked.to() != null;
        List<String> texts = asked.ids();
        if (texts == null ? !selects : selects) {
            throw new InvalidInputException(
                    "ids", "is needed, or at least one of reason, topic, from and to, but not both");
        }
        if (texts == null) {
            return null;
        }
        List<DeadLetterId> ids = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String field = "ids[" + i + "]";
            ids.add(DeadLetterId.parse(texts.get(i)).orElseThrow(() -> new InvalidInputException(
                    field, "must be the id of a dead letter, <topic>:<partition>:<offset>")));
        }
        return ids;
    }

    private DeadLetterFilter filter(
            String reason, String topic, Instant from, Instant to, String status, String nodeId) {
        boolean known = topic == null || settings.inputTopics().stream()
                .anyMatch(input -> topic.equals(input) || topic.equals(settings.deadLetterTopic(input)));
        if (!known) {
            throw new InvalidInputException("topic", "must be one of " + settings.inputTopics());
        }
        return new DeadLetterFilter(
                oneOf("reason", reason, Set.of(REASONS.split("\\|"))), topic, from, to, status, nodeId);
    }

    private static String oneOf(String name, String value, Set<String> values) {
        if (value != null && !values.contains(value)) {
            throw new InvalidInputException(name, "must be one of " + new TreeSet<>(values));
        }
        return value;
    }

    private static Response notThere(String id) {
        return Problem.notThere("No such dead letter", "dead letter", id).response();
    }
}
