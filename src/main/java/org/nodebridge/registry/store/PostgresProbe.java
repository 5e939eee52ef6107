// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.nodebridge.registry.concurrent.DutyCycle;
import org.nodebridge.registry.config.PostgresSettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.health.ComponentProbe;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.jdbc.PrimaryGate;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreException;

/**
 * Whether PostgreSQL answers, by asking what it is there for: how many nodes there are. Where counting takes long, as
 * with a million nodes, it is counted less often, and only asked whether it takes writes in between.
 */
@ApplicationScoped
class PostgresProbe implements ComponentProbe {

    /** Of its time PostgreSQL is to spend at most this part on being counted. */
    private static final double SHARE_OF_COUNTING = 0.05;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private SchemaMigration migration;

    @Inject
    private PostgresSettings settings;

    @Inject
    private RegistrySettings registry;

    @Inject
    private StoreClock clock;

    @Inject
    private PrimaryGate gate;

    @Inject
    private RegistryMetrics metrics;

    private final DutyCycle sparing = new DutyCycle(SHARE_OF_COUNTING, System::nanoTime);

    private volatile Map<NodeType, Map<RegistrationStatus, Long>> counts;

    @Override
    public String component() {
        return "postgres";
    }

    @Override
    public ComponentHealth probe() {
        if (!migration.tried()) {
            return ComponentHealth.notAsked();
        }
        Optional<String> refusal = gate.refusal();
        if (refusal.isPresent()) {
            return ComponentHealth.unhealthy(refusal.get());
        }
        if (!migration.done()) {
            return ComponentHealth.unhealthy("the schema of " + settings.database() + " at " + settings.host() + ":"
                    + settings.port() + " could not be brought up to date yet");
        }
        try {
            if (!registrations.writable()) {
                return ComponentHealth.unhealthy("PostgreSQL takes no writes: it is read-only");
            }
            if (sparing.isDue()) {
                count();
            }
        } catch (StoreException e) {
            return ComponentHealth.unhealthy(e.getMessage());
        }
        ComponentHealth health = ComponentHealth.healthy("PostgreSQL client connected")
                .with("server", settings.host() + ":" + settings.port())
                .with("database", settings.database())
                .with("registered_nodes", registered(counts));
        return steady(skewed(health, clock.skew().orElse(Duration.ZERO)));
    }

    /** Each jump gives every lease its whole time again, so that none ends while they go on. */
    private ComponentHealth steady(ComponentHealth health) {
        return clock.jump().filter(jump -> clock.unsteady())
                .map(jump -> health.degraded("PostgreSQL's clock is not steady: it has jumped " + jump.number()
                        + " times, last by " + jump.by().toSeconds() + " s, and dead nodes expire late for it"))
                .orElse(health);
    }

    /** No lease depends on it, but what people and other systems compare by this machine's clock does. */
    private ComponentHealth skewed(ComponentHealth health, Duration skew) {
        ComponentHealth measured = health.with("clock_skew_seconds", skew.toMillis() / 1000.0);
        return skew.abs().compareTo(registry.maxClockSkew()) <= 0
                ? measured
                : measured.degraded("the clock of this replica is " + skew.abs().toSeconds() + " s "
                        + (skew.isNegative() ? "behind" : "ahead of") + " PostgreSQL's");
    }

    private void count() {
        Map<NodeType, Map<RegistrationStatus, Long>> counted = sparing.timed(registrations::countsByTypeAndStatus);
        boolean first = counts == null;
        counts = counted;
        if (first) {
            for (NodeType type : NodeType.values()) {
                for (RegistrationStatus status : RegistrationStatus.values()) {
                    metrics.nodes(type.wireName(), status.wireName(), () -> counts.get(type).get(status));
                }
            }
        }
    }

    private static long registered(Map<NodeType, Map<RegistrationStatus, Long>> counts) {
        return counts.values().stream()
                .flatMap(byStatus -> byStatus.entrySet().stream())
                .filter(nodes -> nodes.getKey().registered())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
