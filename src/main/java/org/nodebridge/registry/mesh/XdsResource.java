// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.mesh.LeftOutNode.Reason;

/** For people: which clients ask by xDS, and what they receive. */
@Path("xds")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class XdsResource {

    @Inject
    private MeshView view;

    @Inject
    private XdsServer server;

    @Inject
    private RegistrySettings settings;

    @GET
    @Operation(
            summary = "Which clients ask by xDS, and what they receive",
            description = "Of this replica: its streams with the versions that each has acknowledged, the answers that"
                    + " were refused, and the nodes that are left out with the reason, a thousand of those that are"
                    + " asked for. From memory, also while PostgreSQL is unavailable.")
    @APIResponse(
            responseCode = "200",
            description = "all of it",
            content = @Content(schema = @Schema(implementation = XdsView.class)))
    @APIResponse(responseCode = "400", description = "left_out_reason is none of the reasons")
    @APIResponse(responseCode = "503", description = "not all nodes and their addresses are known yet")
    public XdsView xds(
            @QueryParam("left_out_service") @Parameter(
                    description = "Only nodes left out of this service, such as onex-effect/api") String service,
            @QueryParam("left_out_reason") @Parameter(
                    description = "Only nodes left out for this reason, such as unresolved") String reason) {
        return XdsView.of(
                settings.xds().isOn(), view.shown(), asked(service, reason), server.streams(), server.clients(),
                server.nacks());
    }

    private static Predicate<LeftOutNode> asked(String service, String reason) {
        Predicate<LeftOutNode> ofService = service == null
                ? each -> true
                : each -> each.service().equals(service);
        if (reason == null) {
            return ofService;
        }
        Reason wanted = Reason.ofWireName(reason)
                .orElseThrow(() -> new InvalidInputException("left_out_reason", "must be one of " + Reason.NAMES));
        return ofService.and(each -> each.reason() == wanted);
    }
}
