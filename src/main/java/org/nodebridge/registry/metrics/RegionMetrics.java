// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.metrics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
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
    private static final String BEHIND = "registry.region.behind";
    private static final String REVISIONS = "registry.region.revisions.behind";
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
     * The link to another region, as this replica knows it. Read whenever metrics are collected, from any thread: none
     * of these may wait.
     */
    public interface Link {

        /** Nodes of the region that are known. */
        int nodes();

        /** Whether it is heard of. */
        boolean reachable();

        /** Whether it is heard of, but not all that it has published is known. */
        boolean behind();

        /** Seconds between its last record and the last read of its topic; -1 before the first one. */
        double silence();

        /** Records of its topic that are still to be read. */
        long lag();

        /** Its revisions from the highest that has been read to the last on its topic; -1 where that is not known. */
        long revisionsBehind();

        /** Records of it that were passed over, since the region was first heard of. */
        long passedOver();
    }

    /** Publishes what is known of another region. */
    public void region(String region, Link link) {
        Tag tag = new Tag("region", region);
        registry.gauge(metadata(NODES, "Nodes of another region that are known", MetricUnits.NONE), link::nodes, tag);
        registry.gauge(
                metadata(REACHABLE, "Whether another region is heard of: 1, or 0", MetricUnits.NONE),
                () -> link.reachable() ? 1 : 0, tag);
        registry.gauge(
                metadata(BEHIND, "Whether not all that another region has published is known: 1, or 0",
                        MetricUnits.NONE),
                () -> link.behind() ? 1 : 0, tag);
        registry.gauge(
                metadata(SILENCE, "How long another region is silent; -1 when it was never heard of",
                        MetricUnits.SECONDS),
                link::silence, tag);
        registry.gauge(
                metadata(LAG, "Records of another region that are still to be read", MetricUnits.NONE), link::lag, tag);
        registry.gauge(
                metadata(REVISIONS, "Revisions of another region that are still to be read; -1 when that is not known",
                        MetricUnits.NONE),
                link::revisionsBehind, tag);
        registry.gauge(
                metadata(UNREADABLE, "Records of another region that were passed over", MetricUnits.NONE),
                link::passedOver, tag);
    }

    private static Metadata metadata(String name, String description, String unit) {
        return Metadata.builder().withName(name).withDescription(description).withUnit(unit).build();
    }
}
