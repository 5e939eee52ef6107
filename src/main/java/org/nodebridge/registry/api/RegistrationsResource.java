package org.nodebridge.registry.api;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EnvelopeReader;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.registration.RegistrationResult;
import org.nodebridge.registry.registration.RegistrationResult.Status;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.RegistrationFilter;
import org.nodebridge.registry.store.RegistrationStatus;
import org.nodebridge.registry.store.StoreUnavailableException;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;

/** Registrations, by hand and to read. */
@Path("registrations")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RegistrationsResource {

    private static final Set<String> HEALTH = Set.of("passing", "warning", "critical");

    @Inject
    private DualRegistrationService service;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private RegistrySettings settings;

    @Context
    private UriInfo uri;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    @SecurityRequirement(name = "operator")
    @Operation(summary = "Registers a node in both stores", description = "The body is an introspection payload.")
    @APIResponse(responseCode = "201", description = "registered in both stores; the node is new")
    @APIResponse(responseCode = "200", description = "registered in both stores; the node was known")
    @APIResponse(responseCode = "202", description = "one store has it, the other will")
    @APIResponse(responseCode = "400", description = "invalid; every broken field is named")
    @APIResponse(responseCode = "409", description = "a newer event of the node is known")
    @APIResponse(responseCode = "429", description = "too many registrations wait already; Retry-After says how long to")
    @APIResponse(responseCode = "503", description = "no store can take it now")
    public Response register(byte[] body) {
        NodeEvent event = new EnvelopeReader(settings.strictEnvelopes(), settings.maxClockAhead())
                .readIntroduction(body, Instant.now());
        if (event instanceof Unreadable unreadable) {
            throw new InvalidInputException(unreadable.errors());
        }
        RegistrationResult result = service.register(
                ((Introduced) event).correlatedBy(CorrelationId.forEvent(settings.strictEnvelopes())));
        Response response = answer(result, result.outcome() == Outcome.CREATED ? 201 : 200);
        return response.getStatus() == 201
                ? Response.fromResponse(response).location(location(result.registeredNodeId())).build()
                : response;
    }

    @DELETE
    @Path("{node_id}")
    @RolesAllowed(Roles.OPERATOR)
    @SecurityRequirement(name = "operator")
    @Operation(summary = "Deregisters a node from both stores")
    @APIResponse(responseCode = "200", description = "deregistered from both stores")
    @APIResponse(responseCode = "202", description = "one store has done it, the other will")
    @APIResponse(responseCode = "404", description = "no such node is registered")
    @APIResponse(responseCode = "429", description = "too many registrations wait already; Retry-After says how long to")
    @APIResponse(responseCode = "503", description = "no store can take it now")
    public Response deregister(@PathParam("node_id") String nodeId) {
        NodeType type = null;
        Instant now = Instant.now();
        Instant time = now;
        try {
            ToolRegistration row = registered(nodeId);
            if (row == null) {
                return Problem.notRegistered(nodeId).response();
            }
            type = row.description().type();
            time = row.outranking(now);
        } catch (StoreUnavailableException e) {
            // PostgreSQL cannot say whether the node is there; the departure is carried out as far as it goes
        }
        Departed event = new Departed(
                nodeId, type, "manual_deregistration", false, null, new EventVersion(null, time, UUID.randomUUID()),
                now, CorrelationId.forEvent(settings.strictEnvelopes()), Set.of());
        return answer(service.deregister(event), 200);
    }

    @GET
    @Path("{node_id}")
    @Operation(summary = "One registered node")
    @APIResponse(responseCode = "200", description = "the node")
    @APIResponse(responseCode = "404", description = "no such node is registered")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response find(@PathParam("node_id") String nodeId) {
        ToolRegistration row = registered(nodeId);
        return row == null
                ? Problem.notRegistered(nodeId).response()
                : Response.ok(RegistrationView.of(row)).build();
    }

    @GET
    @Operation(summary = "Registered nodes, a page at a time, in the order of their ids")
    @APIResponse(responseCode = "200", description = "a page; next_cursor leads to the next one")
    @APIResponse(responseCode = "400", description = "a parameter is not valid")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public RegistrationPage list(
            @QueryParam("node_type") String nodeType,
            @QueryParam("status") String status,
            @QueryParam("health") String health,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") @DefaultValue("100") String limit) {
        int size = PageLimit.of(limit);
        List<ToolRegistration> rows =
                registrations.page(
                        new RegistrationFilter(type(nodeType), status(status), health(health)),
                        Cursor.decode(cursor).lastNodeId(), size + 1);
        boolean more = rows.size() > size;
        List<ToolRegistration> page = more ? rows.subList(0, size) : rows;
        return new RegistrationPage(
                page.stream().map(RegistrationView::of).toList(),
                more ? new Cursor(page.get(size - 1).nodeId()).encoded() : null);
    }

    /** Encoded here: a builder would keep what looks like an escape or a matrix parameter, and both may be in an id. */
    private URI location(String nodeId) {
        return uri.getAbsolutePathBuilder()
                .path("{node_id}")
                .buildFromEncoded(URLEncoder.encode(nodeId, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    private ToolRegistration registered(String nodeId) {
        return registrations.find(nodeId).filter(row -> row.status().registered()).orElse(null);
    }

    private static Response answer(RegistrationResult result, int done) {
        if (result.outcome() == Outcome.STALE) {
            return Problem.stale(result).response();
        }
        if (result.status() == Status.ERROR) {
            return Problem.unavailable(result.message(), result).response();
        }
        return Response.status(result.status() == Status.PARTIAL ? 202 : done)
                .type(MediaType.APPLICATION_JSON)
                .entity(result)
                .build();
    }

    private static RegistrationStatus status(String name) {
        return name == null
                ? null
                : Stream.of(RegistrationStatus.values())
                        .filter(status -> status.registered() && status.wireName().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new InvalidInputException(
                                "status", "must be active, suspect or draining"));
    }

    private static String health(String name) {
        if (name != null && !HEALTH.contains(name)) {
            throw new InvalidInputException("health", "must be passing, warning or critical");
        }
        return name;
    }

    private static NodeType type(String name) {
        return name == null
                ? null
                : NodeType.ofWireName(name).orElseThrow(() -> new InvalidInputException(
                        "node_type", "must be effect, compute, reducer or orchestrator"));
    }
}
