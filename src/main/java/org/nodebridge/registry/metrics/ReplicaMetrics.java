// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.metrics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.MetricUnits;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.annotation.RegistryScope;

/** The meters of this replica's place among the others, and of what it depends on. Safe from many threads. */
@ApplicationScoped
public class ReplicaMetrics {

    private static final String LEADER = "registry.leader";
    private static final String BUILD_INFO = "registry.build.info";
    private static final String COMPONENT_UP = "registry.component.up";

    @Inject
    @RegistryScope
    private MetricRegistry registry;

    /**
     * Which build this replica is of.
     *
     * @param commit of the sources; empty where it is not known, which Prometheus takes for no label
     * @param java version of the JVM
     * @param liberty version of the server
     */
    public void build(String version, String commit, String java, String liberty) {
        gauge(BUILD_INFO, "Which build this is, and on what it runs; 1", () -> true, new Tag("version", version),
                new Tag("commit", commit), new Tag("java", java), new Tag("liberty", liberty));
    }

    /** Whether this replica leads. */
    public void leader(BooleanSupplier leads) {
        gauge(LEADER, "Whether this replica leads: 1, or 0", leads);
    }

    /** Whether kafka, consul or postgres answered when it was last asked. */
    public void componentUp(String component, BooleanSupplier up) {
        gauge(COMPONENT_UP, "Whether a component answers: 1, or 0", up, new Tag("component", component));
    }

    private void gauge(String name, String description, BooleanSupplier value, Tag... tags) {
        Metadata metadata = Metadata.builder().withName(name).withDescription(description).withUnit(MetricUnits.NONE)
                .build();
        registry.gauge(metadata, () -> value.getAsBoolean() ? 1 : 0, tags);
    }
}
