// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.microprofile.faulttolerance.exceptions.FaultToleranceException;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.nodebridge.registry.catalog.CatalogException;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.health.ComponentProbe;
import org.nodebridge.registry.metrics.RegistryMetrics;

/** Whether Consul answers and has a leader. */
@ApplicationScoped
class ConsulProbe implements ComponentProbe {

    @Inject
    private GuardedConsul catalog;

    @Inject
    private CatalogCircuit circuit;

    @Inject
    private OwnerMark owner;

    @Inject
    private ConsulSettings settings;

    void start(@Observes Startup startup, RegistryMetrics metrics) {
        metrics.circuit(() -> switch (circuit.state()) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
        });
    }

    @Override
    public String component() {
        return "consul";
    }

    @Override
    public ComponentHealth probe() {
        ComponentHealth health;
        try {
            health = shared(ComponentHealth.healthy("Consul client connected").with("leader", catalog.leader()));
        } catch (TimeoutException e) {
            // whose own message is empty
            health = ComponentHealth.unhealthy("Consul did not answer within registry.consul.health-timeout");
        } catch (CatalogException | FaultToleranceException e) {
            health = ComponentHealth.unhealthy("Consul is not available: " + e.getMessage());
        }
        Set<String> dead = owner.found().dead().keySet();
        if (!dead.isEmpty()) {
            health = health.with("dead_installations", new TreeSet<>(dead));
        }
        return health.with("server", String.join(", ", settings.servers()))
                .with("installation", owner.installation())
                .with("mode", settings.mode().name().toLowerCase(java.util.Locale.ROOT))
                .with("circuit", circuit.state().name().toLowerCase(java.util.Locale.ROOT));
    }

    /** Two installations with one registry id do each other no harm, but what they both have is in doubt. */
    private ComponentHealth shared(ComponentHealth health) {
        Map<String, Long> others = owner.others();
        return others.isEmpty()
                ? health
                : health.with("other_installations", new TreeMap<>(others))
                        .degraded("another installation with the registry id " + owner.registryId()
                                + " has entries in this Consul: " + String.join(", ", new TreeSet<>(others.keySet())));
    }
}
