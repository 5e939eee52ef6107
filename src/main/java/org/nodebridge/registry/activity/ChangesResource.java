// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.activity;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.activity.ActivityRepository.Page;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.http.QueryValues;
import org.nodebridge.registry.http.page.PageBytes;
import org.nodebridge.registry.http.page.PageLimit;
import org.nodebridge.registry.http.page.PageToken;

/** Who changed what and when, over all nodes. */
@Path("changes")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ChangesResource {

    private static final String[] KINDS = {
        "registered", "updated", "health", "suspect", "recovered", "draining", "expired", "departed", "owner_released",
        "cordoned", "uncordoned"
    };

    @Inject
    private ActivityRepository activity;

    @Inject
    private PageBytes bytes;

    @GET
    @Operation(
            summary = "The changes of all nodes, newest first, a page at a time",
            description = "As far back as registry.history.retention keeps them, of nodes that have left too. One"
                    + " answer looks through 20,000 changes at most, so a page may have few or none and next_cursor"
                    + " all the same.")
    @APIResponse(responseCode = "200", description = "a page; next_cursor leads to older changes")
    @APIResponse(responseCode = "400", description = "a parameter is not valid")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public ChangesPage changes(
            @Parameter(description = "registered, updated, health, suspect, recovered, draining, expired, departed,"
                    + " owner_released, cordoned or uncordoned; any of these, with commas between")
            @QueryParam("change") String change,
            @Parameter(description = "what the actor begins with, such as user: or user:operator")
            @QueryParam("actor") String actor,
            @QueryParam("limit") @DefaultValue("50") String limit,
            @QueryParam("cursor") String cursor) {
        Set<String> kinds = QueryValues.anyOf("change", change, KINDS, Function.identity());
        String prefix = actor == null ? "" : QueryValues.one("actor", actor);
        int size = PageLimit.of(limit);
        Page page = activity.changes(kinds, prefix, revision(cursor), size, bytes.take());
        return new ChangesPage(page.changes(), page.next() == null ? null : Long.toString(page.next()));
    }

    /** Changes are never rewritten, so nothing else can move a place. */
    private static long revision(String cursor) {
        return cursor == null
                ? Long.MAX_VALUE
                : Characters.wholeNumber(cursor, Long.MAX_VALUE).orElseThrow(PageToken::refused);
    }

    /** @param nextCursor what to ask for older changes with; absent when there are none */
    @Schema(requiredProperties = {"changes"})
    public record ChangesPage(List<NodeChange> changes, String nextCursor) {}
}
