package org.nodebridge.registry.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import org.nodebridge.registry.config.PostgresSettings;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.health.ComponentProbe;
import org.nodebridge.registry.metrics.RegistryMetrics;

/** Whether PostgreSQL answers, by asking what it is there for: how many nodes there are. */
@ApplicationScoped
class PostgresProbe implements ComponentProbe {

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private SchemaMigration migration;

    @Inject
    private PostgresSettings settings;

    @Inject
    private RegistryMetrics metrics;

    private volatile Map<NodeType, Map<RegistrationStatus, Long>> counts;

    @Override
    public String component() {
        return "postgres";
    }

    @Override
    public ComponentHealth probe() {
        if (!migration.done()) {
            return ComponentHealth.unhealthy("the schema of " + settings.database() + " at " + settings.host() + ":"
                    + settings.port() + " could not be brought up to date yet");
        }
        Map<NodeType, Map<RegistrationStatus, Long>> counted;
        try {
            counted = registrations.countsByTypeAndStatus();
        } catch (StoreException e) {
            return ComponentHealth.unhealthy(e.getMessage());
        }
        if (counts == null) {
            for (NodeType type : NodeType.values()) {
                for (RegistrationStatus status : RegistrationStatus.values()) {
                    metrics.nodes(type.wireName(), status.wireName(), () -> counts.get(type).get(status));
                }
            }
        }
        counts = counted;
        return ComponentHealth.healthy("PostgreSQL client connected")
                .with("server", settings.host() + ":" + settings.port())
                .with("database", settings.database())
                .with("registered_nodes", registered(counted));
    }

    private static long registered(Map<NodeType, Map<RegistrationStatus, Long>> counts) {
        return counts.values().stream()
                .flatMap(byStatus -> byStatus.entrySet().stream())
                .filter(nodes -> nodes.getKey().registered())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
