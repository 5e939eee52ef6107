// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.QueryValues;
import org.nodebridge.registry.http.measure.RequestMeasure;
import org.nodebridge.registry.registration.api.RegistrationView;
import org.nodebridge.registry.security.Caller;
import org.nodebridge.registry.security.ClientAddress;

/** The stream of what changes. */
@Path(WatchResource.ROUTE)
@RequestScoped
public class WatchResource {

    private static final Set<String> PARAMETERS = Set.of("node_type", "scope", "snapshot");

    static final String ROUTE = "registrations/watch";

    @Inject
    private Watchers watchers;

    @Inject
    private RequestMeasure measure;

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            summary = "All nodes that can be discovered, and then every change",
            description = "Server-sent events. snapshot-begin, a registration for each node, snapshot-end; then added"
                    + " and updated with the registration, and removed with the reason, each with its revision as id."
                    + " Last-Event-ID goes on after that revision. resync says why a new snapshot follows instead, and"
                    + " overrun that the client is too slow and is cut. A comment comes when nothing else does. With"
                    + " scope=all the nodes of other regions are among them, by remote-registration and remote-removed,"
                    + " and region says how it stands with each; ids name the places in their changes too.")
    @APIResponse(
            responseCode = "200",
            description = "the stream, until the client ends it, is too slow, or the registry stops",
            content = @Content(
                    mediaType = MediaType.SERVER_SENT_EVENTS,
                    schema = @Schema(
                            description = "the data of one event; x-event-data says which it is of which event",
                            oneOf = {
                                StreamedData.Mark.class, RegistrationView.class, StreamedData.Changed.class,
                                StreamedData.Removed.class, StreamedData.Notice.class, StreamedData.Remote.class,
                                StreamedData.RemoteRemoved.class, StreamedData.Region.class
                            }),
                    extensions = @Extension(
                            name = "x-event-data", value = StreamedData.BY_EVENT, parseValue = true),
                    example = "id: 42\nevent: removed\ndata: {\"revision\":42,\"node_id\":\"compute-7\","
                            + "\"node_type\":\"compute\",\"removal_reason\":\"graceful_shutdown\"}\n\n"))
    @APIResponse(responseCode = "400", description = "a parameter is unknown or not valid")
    @APIResponse(responseCode = "429", description = "this caller watches this replica too often")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now, or too many watch this replica")
    public void watch(
            @Parameter(description = "nodes of this type only") @QueryParam("node_type") String nodeType,
            @Parameter(description = QueryValues.SCOPE) @QueryParam("scope") String scope,
            @Parameter(description = "false to begin with what changes from now on; not with scope=all")
            @QueryParam("snapshot") @DefaultValue("true") String snapshot,
            @Parameter(description = "the id of the last event that the client had")
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String lastEventId,
            @Suspended AsyncResponse suspended,
            @Context UriInfo uri,
            @Context HttpServletRequest request,
            @Context HttpServletResponse response)
            throws IOException {
        checkParameters(uri);
        checkType(nodeType);
        boolean allRegions = QueryValues.allRegions(scope);
        boolean withSnapshot = withSnapshot(snapshot, allRegions);
        String caller = caller(request);
        serve(lastEventId, nodeType, allRegions, withSnapshot, caller, request, response);
    }

    /** What GET would begin with, without a stream, and so without a place among those who watch. */
    @HEAD
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    public Response head(
            @QueryParam("node_type") String nodeType, @QueryParam("scope") String scope,
            @QueryParam("snapshot") @DefaultValue("true") String snapshot,
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String lastEventId, @Context UriInfo uri) {
        checkParameters(uri);
        checkType(nodeType);
        withSnapshot(snapshot, QueryValues.allRegions(scope));
        return Response.ok()
                .type(MediaType.SERVER_SENT_EVENTS)
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    /** The user or token; the address of an anonymous client. */
    static String caller(HttpServletRequest request) {
        return Caller.of(request)
                .map(Caller::actor)
                .orElseGet(() -> "address " + ClientAddress.of(request));
    }

    /**
     * Writes past JAX-RS, whose event sink may lose what is sent before its request has returned. What may fail comes
     * before a place is taken, which only the watcher gives back.
     */
    private void serve(
            String lastEventId, String nodeType, boolean allRegions, boolean withSnapshot, String caller,
            HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        AsyncContext context = request.getAsyncContext();
        ServletOutputStream out = response.getOutputStream();
        EventStreamSink outlet = new EventStreamSink(
                context, out, request.getRemoteAddr(), caller, watchers.writers());
        context.addListener(outlet);
        Start start = watchers.begin(lastEventId, allRegions, withSnapshot, caller);
        context.setTimeout(0);
        response.setStatus(200);
        response.setContentType(MediaType.SERVER_SENT_EVENTS);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no"); // a proxy that buffers would hold events back
        measure.streams(request, ROUTE);
        watchers.serve(outlet, nodeType, start);
        try {
            out.setWriteListener(outlet);
        } catch (RuntimeException e) {
            outlet.close();
            throw e;
        }
    }

    private static void checkParameters(UriInfo uri) {
        List<FieldError> unknown = uri.getQueryParameters().keySet().stream()
                .filter(name -> !PARAMETERS.contains(name))
                .map(name -> new FieldError(name, "is not a parameter of this request"))
                .toList();
        if (!unknown.isEmpty()) {
            throw new InvalidInputException(unknown);
        }
    }

    private static boolean withSnapshot(String snapshot, boolean allRegions) {
        boolean with = QueryValues.flag("snapshot", snapshot);
        if (!with && allRegions) {
            throw new InvalidInputException("snapshot", "must be true with scope=all");
        }
        return with;
    }

    private static void checkType(String name) {
        if (name != null && NodeType.ofWireName(name).isEmpty()) {
            throw new InvalidInputException("node_type", NodeType.RULE);
        }
    }
}
