// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.metrics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.function.Supplier;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.MetricUnits;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.annotation.RegistryScope;

/** The meters of links to other regions. Safe from many threads. */
@ApplicationScoped
public class RegionMetrics {

    private static final String EXPORTED = "registry.region.exported.nodes";
    private static final String NODES = "registry.region.nodes";
    private static final String REACHABLE = "registry.region.reachable";
    private static final String SILENCE = "registry.region.silence";
    private static final String LAG = "registry.region.lag";
    private static final String UNREADABLE = "registry.region.unreadable.records";

    @Inject
    @RegistryScope
    private MetricRegistry registry;

    /**
     * Nodes that this replica has published for other regions, counted each time; 0 to have the metric from the start.
     */
    public void exported(long nodes) {
        registry.counter(metadata(EXPORTED, "Nodes published for other regions", MetricUnits.NONE)).inc(nodes);
    }

    /**
     * What is known of another region.
     *
     * @param reachable 1 or 0
     * @param silence seconds between its last record and the last read of its topic; -1 before the first one
     * @param lag records of its topic that are still to be read
     * @param unreadable records of it that were passed over, since the region was first heard of
     */
    public void region(
            String region, Supplier<Number> nodes, Supplier<Number> reachable, Supplier<Number> silence,
            Supplier<Number> lag, Supplier<Number> unreadable) {
        Tag tag = new Tag("region", region);
        registry.gauge(metadata(NODES, "Nodes of another region that are known", MetricUnits.NONE), nodes, tag);
        registry.gauge(
                metadata(REACHABLE, "Whether another region is heard of: 1, or 0", MetricUnits.NONE), reachable, tag);
        registry.gauge(
                metadata(SILENCE, "How long another region is silent; -1 when it was never heard of",
                        MetricUnits.SECONDS),
                silence, tag);
        registry.gauge(
                metadata(LAG, "Records of another region that are still to be read", MetricUnits.NONE), lag, tag);
        registry.gauge(
                metadata(UNREADABLE, "Records of another region that were passed over", MetricUnits.NONE),
                unreadable, tag);
    }

    private static Metadata metadata(String name, String description, String unit) {
        return Metadata.builder().withName(name).withDescription(description).withUnit(unit).build();
    }
}
