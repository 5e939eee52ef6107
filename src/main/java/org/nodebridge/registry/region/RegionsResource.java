// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.http.NodeIdParameter;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.Roles;
import org.nodebridge.registry.http.page.Cursor;
import org.nodebridge.registry.http.page.PageBytes;
import org.nodebridge.registry.http.page.PageLimit;
import org.nodebridge.registry.region.RegionsView.ExportView;
import org.nodebridge.registry.region.RegionsView.Forgotten;
import org.nodebridge.registry.region.RegionsView.LinkView;
import org.nodebridge.registry.region.RegionsView.Page;
import org.nodebridge.registry.region.RegionsView.RemoteRegistration;
import org.nodebridge.registry.region.RemoteRowsRepository.RegionRow;
import org.nodebridge.registry.region.RemoteRowsRepository.Shown;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Other regions and their nodes, for people and for callers. */
@Path("regions")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RegionsResource {

    private static final Logger LOG = LoggerFactory.getLogger(RegionsResource.class);

    private static final String REGION = "The region, as registry.regions calls it";

    @Inject
    private RegistrySettings settings;

    @Inject
    private ExportRepository export;

    @Inject
    private ImportRepository imports;

    @Inject
    private RemoteRowsRepository repository;

    @Inject
    private RemoteView view;

    @Inject
    private PageBytes bytes;

    @GET
    @Operation(
            summary = "Other regions, and how it stands with each",
            description = "In the order in which callers are given their nodes. A region that is silent for longer than"
                    + " registry.region.silence is unreachable, and its nodes come last; none of them is removed for"
                    + " it.")
    @APIResponse(
            responseCode = "200",
            description = "all of them; none where registry.regions names none",
            content = @Content(schema = @Schema(implementation = RegionsView.class)))
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public RegionsView regions() {
        Map<String, RegionRow> rows = repository.regions().stream()
                .collect(Collectors.toMap(RegionRow::region, Function.identity()));
        List<LinkView> links = new ArrayList<>();
        for (String region : settings.regions().others()) {
            RegionRow row = rows.remove(region);
            links.add(row == null ? LinkView.unknown(region, topicOf(region)) : link(row, true));
        }
        rows.values().stream().sorted(Comparator.comparing(RegionRow::region))
                .forEach(row -> links.add(link(row, false)));
        return new RegionsView(
                settings.regions().exports() ? settings.regions().name() : null,
                settings.regions().exports()
                        ? ExportView.of(settings.kafka().registrationsTopic(), export.exported())
                        : null,
                links);
    }

    @GET
    @Path("{region}/registrations")
    @Operation(
            summary = "The nodes of another region, a page at a time, in the order of their ids",
            description = "Read-only: they are registered there. Figures of load and leases are not published.")
    @APIResponse(
            responseCode = "200",
            description = "a page; next_cursor leads to the next one",
            content = @Content(schema = @Schema(implementation = Page.class)))
    @APIResponse(responseCode = "400", description = "a parameter is not valid")
    @APIResponse(responseCode = "404", description = "nothing is known of such a region")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response registrations(
            @PathParam("region") @Parameter(description = REGION) String region, @QueryParam("cursor") String cursor,
            @QueryParam("limit") @DefaultValue("100") String limit) {
        Cursor after = Cursor.decode(cursor);
        int size = PageLimit.of(limit);
        Optional<RegionRow> row = row(region);
        if (row.isEmpty()) {
            return notThere(region);
        }
        LinkState state = LinkState.of(row.get(), settings.regions().silence());
        List<Shown> found = repository.page(region, after.lastNodeId(), size + 1, bytes.take());
        boolean more = found.size() > size;
        List<Shown> page = more ? found.subList(0, size) : found;
        boolean last = !more && (page.isEmpty() || repository.page(
                region, page.get(page.size() - 1).nodeId(), 1, 1).isEmpty());
        return Response.ok(new Page(
                page.stream().map(node -> RemoteRegistration.of(region, state, node)).toList(),
                last ? null : new Cursor(page.get(page.size() - 1).nodeId()).encoded())).build();
    }

    @GET
    @Path("{region}/registrations/{node_id}")
    @Operation(summary = "A node of another region, as that region shows it")
    @APIResponse(
            responseCode = "200",
            description = "the node",
            content = @Content(schema = @Schema(implementation = RemoteRegistration.class)))
    @APIResponse(responseCode = "404", description = "nothing is known of such a region, or it has no such node")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response registration(@PathParam("region") @Parameter(description = REGION) String region,
            @BeanParam NodeIdParameter node) {
        String nodeId = node.value();
        Optional<RegionRow> row = row(region);
        if (row.isEmpty()) {
            return notThere(region);
        }
        LinkState state = LinkState.of(row.get(), settings.regions().silence());
        return (Storable.text(nodeId) ? repository.node(region, nodeId) : Optional.<Shown>empty())
                .map(found -> Response.ok(RemoteRegistration.of(region, state, found)).build())
                .orElseGet(() -> Problem.notThere(
                        "No such node in that region", "node " + nodeId + " of region", region).response());
    }

    @DELETE
    @Path("{region}")
    @RolesAllowed(Roles.ADMIN)
    @Operation(
            summary = "Forgets another region with all its nodes",
            description = "Where it is still in registry.regions and its topic is there, all of it is read again from"
                    + " the beginning.")
    @APIResponse(
            responseCode = "200",
            description = "nothing of it is kept",
            content = @Content(schema = @Schema(implementation = Forgotten.class)))
    @APIResponse(responseCode = "404", description = "nothing is known of such a region")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Response forget(@PathParam("region") @Parameter(description = REGION) String region) {
        if (row(region).isEmpty() || !imports.forget(region)) {
            return notThere(region);
        }
        LOG.atWarn().addKeyValue("region", region).log("A region has been forgotten with all its nodes");
        return Response.ok(new Forgotten(region, "forgotten")).build();
    }

    private Optional<RegionRow> row(String region) {
        return repository.regions().stream().filter(row -> row.region().equals(region)).findFirst();
    }

    private LinkView link(RegionRow row, boolean configured) {
        return LinkView.of(
                row, topicOf(row.region()), settings.regions().silence(), view.size(row.region()), configured);
    }

    private String topicOf(String region) {
        return settings.kafka().registrationsTopicOf(region);
    }

    private static Response notThere(String region) {
        return Problem.notThere("No such region", "region", region).response();
    }
}
