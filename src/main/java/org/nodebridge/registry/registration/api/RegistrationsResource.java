// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.conflict.NodeConflictsRepository;
import org.nodebridge.registry.drift.StoreComparisons;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.NodeIdParameter;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.QueryValues;
import org.nodebridge.registry.http.RequestBodies;
import org.nodebridge.registry.http.Roles;
import org.nodebridge.registry.http.page.PageBytes;
import org.nodebridge.registry.registration.EnvelopeReaders;
import org.nodebridge.registry.registration.ManualRegistrations;
import org.nodebridge.registry.registration.RegistrationResult;
import org.nodebridge.registry.security.CorrelationId;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.RegistrationFilter;
import org.nodebridge.registry.store.RegistrationHistoryRepository;
import org.nodebridge.registry.store.RegistrationHistoryRepository.LastState;
import org.nodebridge.registry.store.RegistrationOrder;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.nodebridge.registry.store.ToolRegistrationRepository.Page;
import org.nodebridge.registry.store.jdbc.StoreClock;

/** Manual registrations, and reads. */
@Path("registrations")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RegistrationsResource {

    private static final int RECENT_CHANGES = 10;

    @Inject
    private NodeConflictsRepository conflicts;

    @Inject
    private OtherHomes otherHomes;

    @Inject
    private AllRegions allRegions;

    @Inject
    private ManualRegistrations service;

    @Inject
    private StoreClock clock;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private RegistrationHistoryRepository history;

    @Inject
    private StoreComparisons comparisons;

    @Inject
    private RegistrySettings settings;

    @Inject
    private Deregistration deregistration;

    @Inject
    private PageBytes bytes;

    @Context
    private SecurityContext caller;

    @Context
    private UriInfo uri;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(
            description = "an introspection payload; docs/wire-format.md has all members",
            required = true,
            content = @Content(
                    mediaType = MediaType.APPLICATION_JSON,
                    schema = @Schema(implementation = RequestBodies.Introduction.class)))
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Registers a node in both stores", description = "The body is an introspection payload.")
    @APIResponse(
            responseCode = "201",
            description = "registered in both stores; the node is new",
            content = @Content(schema = @Schema(implementation = RegistrationResult.class)))
    @APIResponse(
            responseCode = "200",
            description = "registered in both stores; the node was known",
            content = @Content(schema = @Schema(implementation = RegistrationResult.class)))
    @APIResponse(
            responseCode = "202",
            description = "one store has it, the other will",
            content = @Content(schema = @Schema(implementation = RegistrationResult.class)))
    @APIResponse(responseCode = "400", description = "invalid; every broken field is named")
    @APIResponse(responseCode = "409", description = "a newer event of the node is known")
    @APIResponse(
            responseCode = "429", description = "too many registrations wait already; Retry-After says how long to")
    @APIResponse(responseCode = "503", description = "no store can take it now")
    public Response register(byte[] body) {
        NodeEvent event = EnvelopeReaders.of(settings).readIntroduction(body, clock.now());
        if (event instanceof Unreadable unreadable) {
            throw new InvalidInputException(unreadable.errors());
        }
        if (event instanceof Defect defect) {
            throw new IllegalStateException(defect.message(), defect.cause());
        }
        RegistrationResult result = service.register(
                ((Introduced) event)
                        .correlatedBy(CorrelationId.forEvent(settings.strictEnvelopes()))
                        .by(Actor.of(caller)));
        Response response = RegistrationAnswer.of(result, result.outcome() == Outcome.CREATED ? 201 : 200);
        return response.getStatus() == 201
                ? Response.fromResponse(response).location(location(result.registeredNodeId())).build()
                : response;
    }

    @DELETE
    @Path("{node_id}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Deregisters a node from both stores",
            description = "With forget=true its tombstone and its owner go too, which takes the role admin.")
    @APIResponse(
            responseCode = "200",
            description = "deregistered from both stores",
            content = @Content(schema = @Schema(implementation = RegistrationResult.class)))
    @APIResponse(
            responseCode = "202",
            description = "one store has done it, the other will",
            content = @Content(schema = @Schema(implementation = RegistrationResult.class)))
    @APIResponse(responseCode = "404", description = "no such node is registered")
    @APIResponse(
            responseCode = "429", description = "too many registrations wait already; Retry-After says how long to")
    @APIResponse(responseCode = "503", description = "no store can take it now")
    public Response deregister(@BeanParam NodeIdParameter nodeId, @BeanParam ForgetParameter forget) {
        return deregistration.of(nodeId.value(), forget.value(), caller);
    }

    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Deregisters a node by the parameter node_id",
            description = "For ids that a path cannot carry, such as . and .., or one with a line break.")
    @APIResponse(
            responseCode = "200",
            description = "deregistered from both stores",
            content = @Content(schema = @Schema(implementation = RegistrationResult.class)))
    @APIResponse(
            responseCode = "202",
            description = "one store has done it, the other will",
            content = @Content(schema = @Schema(implementation = RegistrationResult.class)))
    @APIResponse(responseCode = "400", description = "node_id is missing")
    @APIResponse(responseCode = "404", description = "no such node is registered")
    @APIResponse(
            responseCode = "429", description = "too many registrations wait already; Retry-After says how long to")
    @APIResponse(responseCode = "503", description = "no store can take it now")
    public Response deregisterNamed(
            @QueryParam("node_id") @Parameter(required = true, description = "The node's id") String nodeId,
            @BeanParam ForgetParameter forget) {
        return deregister(NodeIdParameter.named(nodeId), forget);
    }

    @GET
    @Path("{node_id}")
    @Operation(
            summary = "One registered node, as both stores have it",
            description = "store_comparison puts what PostgreSQL has beside what Consul has at this moment. While"
                    + " Consul cannot be asked, agree is null and consul_error says why. recent_changes are the last"
                    + " ten.")
    @APIResponse(
            responseCode = "200",
            description = "the node",
            content = @Content(schema = @Schema(implementation = RegistrationDetail.class)))
    @APIResponse(responseCode = "400", description = "a parameter is not valid")
    @APIResponse(
            responseCode = "404",
            description = "no such node is registered; last_state says since when, why and by whom")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response find(
            @BeanParam NodeIdParameter node,
            @QueryParam("stores") @DefaultValue("true")
            @Parameter(description = "false to leave Consul unasked and store_comparison out") String stores) {
        boolean compare = QueryValues.flag("stores", stores);
        String nodeId = node.value();
        long most = bytes.take();
        ToolRegistration row = registered(nodeId);
        return row == null
                ? notRegistered(nodeId)
                : Response.ok(new RegistrationDetail(
                        view(row),
                        compare ? StoreComparisonView.of(comparisons.of(row)) : null,
                        conflicts.find(nodeId).map(ConflictView::of).orElse(null),
                        history.changes(nodeId, Long.MAX_VALUE, RECENT_CHANGES, most).changes().stream()
                                .map(ChangeView::of)
                                .toList()))
                        .build();
    }

    @GET
    @Operation(
            summary = "Nodes, a page at a time: registered ones, or by status also those that have gone",
            description = "All filters must fit. A page ends before its limit where it would have more bytes than"
                    + " registry.api.page-bytes; next_cursor alone says whether there is more. A client that pages by"
                    + " node_id or registered_at gets every node that stays registered once, regardless of other writes"
                    + " meanwhile; by what changes with the node, such as updated_at, one that changes may come twice"
                    + " or be passed over. With scope=all nodes of other regions are among them, each with from_region"
                    + " and link_state: an id that several regions have comes once for each, our own first. They have"
                    + " no lease, no heartbeat and no stores here; the region filter takes a node that names no region"
                    + " as of the one that tells of it.")
    @APIResponse(
            responseCode = "200",
            description = "a page; next_cursor leads to the next one",
            content = @Content(schema = @Schema(implementation = RegistrationPage.class)))
    @APIResponse(responseCode = "304", description = "the page is the one of the entity tag in If-None-Match")
    @APIResponse(responseCode = "400", description = "a parameter is not valid, or there is none of its name")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response list(@BeanParam RegistrationsQuery query, @Context Request request) {
        query.check();
        RegistrationFilter filter = query.filter();
        RegistrationOrder order = query.order();
        FieldSelection fields = query.fields();
        boolean counts = query.counts();
        int size = query.size();
        if (query.allRegions()) {
            AllRegions.Page page =
                    allRegions.page(filter, order, query.after(), size, bytes.take(), this::view);
            bytes.needs(page.bytes());
            return new RegistrationPage(
                    page.registrations(),
                    page.last() == null ? null : query.nextCursor(page.last()),
                    counts ? allRegions.count(filter) : null)
                    .response(request, fields);
        }
        Page page = registrations.page(filter, order, query.after(), size, bytes.take());
        List<ToolRegistration> rows = page.rows();
        bytes.needs(rows.stream().mapToLong(ToolRegistration::size).sum());
        return new RegistrationPage(
                rows.stream().map(this::view).toList(),
                page.more() ? query.nextCursor(order.placeOf(rows.get(rows.size() - 1))) : null,
                counts ? registrations.count(filter) : null)
                .response(request, fields);
    }

    /** Encoded here: a builder would keep what looks like an escape or a matrix parameter, and both may be in an id. */
    private URI location(String nodeId) {
        String encoded = URLEncoder.encode(nodeId, StandardCharsets.UTF_8).replace("+", "%20");
        return NodeIdParameter.fitsPath(nodeId)
                ? uri.getAbsolutePathBuilder().path("{node_id}").buildFromEncoded(encoded)
                : uri.getAbsolutePathBuilder().path("-").queryParam("node_id", "{id}").buildFromEncoded(encoded);
    }

    private RegistrationView view(ToolRegistration row) {
        return RegistrationView.of(row, settings.consul().layout(), otherHomes.of(row.nodeId()));
    }

    private Response notRegistered(String nodeId) {
        LastState last = Storable.text(nodeId) ? history.lastState(nodeId).orElse(null) : null;
        return Problem.notRegistered(nodeId, last).response();
    }

    private ToolRegistration registered(String nodeId) {
        return Storable.text(nodeId)
                ? registrations.find(nodeId).filter(row -> row.status().registered()).orElse(null)
                : null;
    }
}
