// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.health.ComponentHealth.State;

/** The health of the registry in the design document's form; the probes of an orchestrator are under /health. */
@Path("health")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class HealthResource {

    @Inject
    private ComponentMonitor monitor;

    @Inject
    @Any
    private Instance<FeatureHealth> features;

    @Inject
    private RegistrySettings settings;

    @GET
    @Operation(
            summary = "Health of the registry and its components",
            description = "unhealthy when a critical component is down, degraded when another is; always 200")
    @APIResponse(responseCode = "200", description = "the health, good or bad")
    public HealthView health() {
        Map<String, ComponentView> components = new LinkedHashMap<>();
        State worst = State.HEALTHY;
        for (String name : monitor.components()) {
            ComponentHealth health = monitor.health(name);
            components.put(name, new ComponentView(health.state().wireName(), health.message(), health.details()));
            State counted = health.state() == State.UNHEALTHY && !settings.isCritical(name)
                    ? State.DEGRADED
                    : health.state();
            worst = counted.compareTo(worst) > 0 ? counted : worst;
        }
        Map<String, ComponentView> unwell = new TreeMap<>();
        for (FeatureHealth feature : features) {
            ComponentHealth health = feature.health();
            if (health.state() != State.HEALTHY) {
                unwell.put(feature.feature(),
                        new ComponentView(State.DEGRADED.wireName(), health.message(), health.details()));
                worst = worst == State.HEALTHY ? State.DEGRADED : worst;
            }
        }
        return new HealthView(worst.wireName(), components, unwell.isEmpty() ? null : unwell);
    }

    /**
     * @param status healthy, degraded or unhealthy
     * @param features those of the registry's own features that are not healthy; absent where there is none
     */
    @Schema(requiredProperties = {"status", "components"})
    record HealthView(String status, Map<String, ComponentView> components, Map<String, ComponentView> features) {}

    record ComponentView(String status, String message, Map<String, Object> details) {}
}
