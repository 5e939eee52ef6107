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
    private static final String COMPONENT_UP = "registry.component.up";

    @Inject
    @RegistryScope
    private MetricRegistry registry;

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
