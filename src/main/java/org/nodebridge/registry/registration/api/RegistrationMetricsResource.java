// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.metrics.RegistrationTotals;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.ToolRegistrationRepository;

/** The design document's figures. */
@Path("metrics/registrations")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class RegistrationMetricsResource {

    private static final int MOST_NODES = 10_000;

    @Inject
    private RegistryMetrics metrics;

    @Inject
    private ToolRegistrationRepository registrations;

    @GET
    @Operation(
            summary = "Registration figures",
            description = "Counts are of this replica since its start; the nodes are those of the whole registry, and"
                    + " at most 10,000 of them are listed.")
    @APIResponse(responseCode = "200", description = "the figures")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public Figures figures() {
        RegistrationTotals.Sums totals = metrics.totals();
        long count = registrations.countRegistered();
        return new Figures(
                totals.successful() + totals.failed(),
                totals.successful(),
                totals.failed(),
                totals.inConsul(),
                totals.inPostgres(),
                count,
                registrations.registeredNodeIds(MOST_NODES));
    }

    @Schema(requiredProperties = {"total_registrations", "registered_nodes_count", "registered_nodes"})
    record Figures(
            long totalRegistrations,
            long successfulRegistrations,
            long failedRegistrations,
            long consulRegistrations,
            long postgresRegistrations,
            long registeredNodesCount,
            List<String> registeredNodes) {}
}
