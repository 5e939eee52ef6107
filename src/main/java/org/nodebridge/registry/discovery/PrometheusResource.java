// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.event.Endpoint;
import org.nodebridge.registry.http.InvalidInputException;

/** Nodes as targets, in the form of Prometheus' {@code http_sd}. */
@Path("sd/prometheus")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class PrometheusResource {

    private static final int MAX_NAME_LENGTH = 255;

    @Inject
    private DiscoveryView view;

    @GET
    @Operation(
            summary = "Targets for Prometheus' http_sd",
            description = "Every node that has not left and names the endpoint, suspect and draining ones too: that a"
                    + " node cannot be scraped is what Prometheus is to find out. An empty list is true; what is not"
                    + " known is 503, at which Prometheus keeps the targets that it has.")
    @APIResponse(
            responseCode = "200",
            description = "all targets",
            content = @Content(
                    schema = @Schema(type = SchemaType.ARRAY, implementation = PrometheusTargets.class)))
    @APIResponse(responseCode = "400", description = "a parameter is not valid, or there is none of its name")
    @APIResponse(responseCode = "503", description = "not all nodes are known, or what is known is too old")
    public Iterable<PrometheusTargets> targets(
            @QueryParam("endpoint")
            @Parameter(description = "The name of the endpoint to scrape; metrics by default") String endpoint) {
        String name = endpoint == null ? "metrics" : endpoint;
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new InvalidInputException("endpoint", "must have 1 to " + MAX_NAME_LENGTH + " characters");
        }
        List<DiscoveredNode> nodes = view.complete().table().nodes();
        // each is made when it is written: all of them would be some hundred bytes for each node and request
        return () -> nodes.stream().flatMap(node -> target(node, name).stream()).iterator();
    }

    private static Optional<PrometheusTargets> target(DiscoveredNode node, String name) {
        return Endpoint.parse(node.endpointUrls().get(name))
                .filter(endpoint -> endpoint.isHttp() && endpoint.isCallable())
                .map(endpoint -> PrometheusTargets.of(node, endpoint));
    }
}
