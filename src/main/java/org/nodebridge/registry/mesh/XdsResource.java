// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.config.RegistrySettings;

/** For people: who asks by xDS, and what they are told. */
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
            summary = "Who asks by xDS, and what they are told",
            description = "Of this replica: its streams with the versions that each has acknowledged, the answers that"
                    + " were refused, and the nodes that are left out with the reason. From memory, also while"
                    + " PostgreSQL is unavailable.")
    @APIResponse(
            responseCode = "200",
            description = "all of it",
            content = @Content(schema = @Schema(implementation = XdsView.class)))
    @APIResponse(responseCode = "503", description = "not all nodes and their addresses are known yet")
    public XdsView xds() {
        return XdsView.of(
                settings.xds().isOn(), view.shown(), server.streams(), server.clients(), server.nacks());
    }
}
