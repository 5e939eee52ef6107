// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.http.NodeIdParameter;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.page.PageBytes;
import org.nodebridge.registry.http.page.PageLimit;
import org.nodebridge.registry.http.page.PageToken;
import org.nodebridge.registry.store.RegistrationChange;
import org.nodebridge.registry.store.RegistrationHistoryRepository;
import org.nodebridge.registry.store.RegistrationHistoryRepository.Page;

/** What has become of a node, also of one that has left. */
@Path("registrations/{node_id}/history")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RegistrationHistoryResource {

    @Inject
    private RegistrationHistoryRepository history;

    @Inject
    private PageBytes bytes;

    @GET
    @Operation(
            summary = "A node's changes, newest first, a page at a time",
            description = "As far back as registry.history.retention keeps them. Of a node that has left, too.")
    @APIResponse(
            responseCode = "200",
            description = "a page; next_cursor leads to older changes",
            content = @Content(schema = @Schema(implementation = ChangePage.class)))
    @APIResponse(responseCode = "400", description = "a parameter is not valid")
    @APIResponse(responseCode = "404", description = "nobody has heard of the node, or all of it is long cleared")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response changes(
            @BeanParam NodeIdParameter node,
            @QueryParam("limit") @DefaultValue("50") String limit,
            @QueryParam("cursor") String cursor) {
        String nodeId = node.value();
        int size = PageLimit.of(limit);
        long before = revision(cursor);
        if (!Storable.text(nodeId)) {
            return Problem.neverHeardOf(nodeId).response();
        }
        Page page = history.changes(nodeId, before, size, bytes.take());
        if (page.changes().isEmpty() && !history.heardOf(nodeId)) {
            return Problem.neverHeardOf(nodeId).response();
        }
        List<RegistrationChange> changes = page.changes();
        return Response.ok(new ChangePage(
                changes.stream().map(ChangeView::of).toList(),
                page.more() ? Long.toString(changes.get(changes.size() - 1).revision()) : null))
                .build();
    }

    /** The revision that the page before ended with: changes are never rewritten, so nothing else can move it. */
    private static long revision(String cursor) {
        if (cursor == null) {
            return Long.MAX_VALUE;
        }
        return Characters.wholeNumber(cursor, Long.MAX_VALUE).orElseThrow(PageToken::refused);
    }

    /** @param nextCursor what to ask for older changes with; absent when there are none */
    @Schema(requiredProperties = {"changes"})
    public record ChangePage(List<ChangeView> changes, String nextCursor) {}
}
