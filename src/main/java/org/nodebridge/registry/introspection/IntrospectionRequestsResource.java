// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.http.JsonBodies;
import org.nodebridge.registry.http.Roles;
import org.nodebridge.registry.introspection.IntrospectionAnswersRepository.Answer;
import org.nodebridge.registry.security.CorrelationId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Questions to the nodes: who is there? */
@Path("introspection-requests")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class IntrospectionRequestsResource {

    private static final Logger LOG = LoggerFactory.getLogger(IntrospectionRequestsResource.class);

    @Inject
    private JsonBodies bodies;

    @Inject
    private IntrospectionRound rollCall;

    @Inject
    private RegistrySettings settings;

    @POST
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed(Roles.OPERATOR)
    @RequestBody(
            required = false,
            content = @Content(
                    mediaType = MediaType.APPLICATION_JSON,
                    schema = @Schema(implementation = Question.class)))
    @Operation(
            summary = "Asks nodes to introduce themselves, and says who has done so in time",
            description = "Nothing in the body is required. It answers when all nodes that were registered have"
                    + " answered, or when the time is up. The request that nodes see carries the correlation id of this"
                    + " one where that is a UUID. Who responded has; who is missing may also have an answer under way.")
    @APIResponse(responseCode = "200", description = "who responded, who is missing, and who was not expected")
    @APIResponse(responseCode = "400", description = "a member of the body is not valid")
    @APIResponse(responseCode = "401", description = "not signed in")
    @APIResponse(responseCode = "403", description = "not an operator")
    @APIResponse(responseCode = "409", description = "a request with the same correlation id is open")
    @APIResponse(responseCode = "429", description = "too many requests are open; Retry-After says how long to wait")
    @APIResponse(responseCode = "503", description = "Kafka or PostgreSQL cannot take it now")
    public CompletionStage<AttendanceView> ask(byte[] body) {
        Question asked = bodies.read(body, Question.class);
        IntrospectionQuestion question = new IntrospectionQuestion(
                asked.why(), asked.types(), asked.timeout(settings.requestTimeout()),
                CorrelationId.currentUuid().orElseGet(UUID::randomUUID), CorrelationId.current());
        return CorrelationId.keptBy(rollCall.call(question), attendance -> logged(question, attendance));
    }

    private static AttendanceView logged(IntrospectionQuestion question, IntrospectionResult attendance) {
        LOG.atInfo().addKeyValue("reason", question.reason())
                .addKeyValue("responded", attendance.responded().size())
                .addKeyValue("missing", attendance.missing().size())
                .log("Nodes were asked to introduce themselves");
        return AttendanceView.of(question, attendance);
    }

    @Schema(name = "IntrospectionQuestion")
    // @formatter:off: it takes the braces of an annotation for those of the record
    record Question(
            @Schema(description = "startup, startup_rebroadcast, recovery, refresh, manual or node_join")
            @Pattern(
                    regexp = "^(manual|node_join|recovery|refresh|startup|startup_rebroadcast)$",
                    message = "must be one of [manual, node_join, recovery, refresh, startup, startup_rebroadcast]")
            String reason,
            @Schema(description = "of these: " + NodeType.NAMES)
            List<@Pattern(regexp = NodeType.PATTERN, message = NodeType.RULE) String> targetNodeTypes,
            @Min(1) @Max(30_000) Integer timeoutMs) {
        // @formatter:on

        String why() {
            return reason == null ? "manual" : reason;
        }

        Duration timeout(Duration usual) {
            return timeoutMs == null ? usual : Duration.ofMillis(timeoutMs);
        }

        /** {@code null} for all. */
        List<NodeType> types() {
            return targetNodeTypes == null
                    ? null
                    : targetNodeTypes.stream().map(NodeType::ofWireName).flatMap(Optional::stream).distinct().toList();
        }
    }

    /**
     * @param responded in the order of their answers
     * @param missing registered nodes that have not answered in time
     * @param unexpected who has answered without having been registered, or asked
     */
    @Schema(requiredProperties = {"correlation_id", "reason", "timeout_ms", "responded", "missing", "unexpected"})
    public record AttendanceView(
            UUID correlationId, String reason, int timeoutMs, List<ResponseView> responded, List<NodeView> missing,
            List<ResponseView> unexpected) {

        public static AttendanceView of(IntrospectionQuestion question, IntrospectionResult attendance) {
            return new AttendanceView(
                    question.correlationId(), question.reason(), (int) question.timeout().toMillis(),
                    attendance.responded().stream().map(ResponseView::of).toList(),
                    attendance.missing().entrySet().stream()
                            .map(node -> new NodeView(node.getKey(), node.getValue()))
                            .toList(),
                    attendance.unexpected().stream().map(ResponseView::of).toList());
        }
    }

    public record NodeView(String nodeId, String nodeType) {}

    /** @param afterMs milliseconds from the request until the answer was registered */
    public record ResponseView(String nodeId, String nodeType, long afterMs) {

        public static ResponseView of(Answer answer) {
            return new ResponseView(answer.nodeId(), answer.nodeType(), answer.afterMs());
        }
    }
}
