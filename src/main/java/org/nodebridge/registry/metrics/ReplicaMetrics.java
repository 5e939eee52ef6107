// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.metrics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
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
    static final String COMPONENT_UP = "registry.component.up";
    private static final String CLOCK_JUMPS = "registry.clock.jumps";
    private static final String IN_FLIGHT = "registry.records.in.flight";

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

    /** Jumps of PostgreSQL's clock; 0 to have the metric before there is one. */
    public void addClockJumps(long jumps) {
        registry.counter(metadata(CLOCK_JUMPS, "Jumps of PostgreSQL's clock that this replica has seen")).inc(jumps);
    }

    /** Records from Kafka that have been read and have not yet taken effect. */
    public void recordsInFlight(Supplier<Number> records) {
        registry.gauge(metadata(IN_FLIGHT, "Records from Kafka that are being worked on or wait for it"), records);
    }

    private void gauge(String name, String description, BooleanSupplier value, Tag... tags) {
        registry.gauge(metadata(name, description), () -> value.getAsBoolean() ? 1 : 0, tags);
    }

    private static Metadata metadata(String name, String description) {
        return Metadata.builder().withName(name).withDescription(description).withUnit(MetricUnits.NONE).build();
    }
}
