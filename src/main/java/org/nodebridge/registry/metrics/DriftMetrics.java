// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.metrics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.MetricUnits;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.annotation.RegistryScope;

/** The meters of what comparisons of this replica have found and repaired in Consul. Safe from many threads. */
@ApplicationScoped
public class DriftMetrics {

    private static final String FOUND = "registry.drift.found";
    private static final String REPAIRED = "registry.drift.repaired";

    @Inject
    @RegistryScope
    private MetricRegistry registry;

    /**
     * Differences that a comparison has found; 0 to have the metric before there is one.
     *
     * @param kind missing, extra, different, foreign or pending
     */
    public void found(String kind, long differences) {
        counter(FOUND, "Differences between Consul and PostgreSQL that comparisons found", new Tag("kind", kind))
                .inc(differences);
    }

    /** Entries that a comparison has written or written over in Consul; 0 to have the metric before there is one. */
    public void registered(long entries) {
        repaired("registered", entries);
    }

    /** Entries that a comparison has removed from Consul; 0 to have the metric before there is one. */
    public void deregistered(long entries) {
        repaired("deregistered", entries);
    }

    private void repaired(String action, long entries) {
        counter(REPAIRED, "Entries that comparisons repaired in Consul", new Tag("action", action)).inc(entries);
    }

    private Counter counter(String name, String description, Tag tag) {
        return registry.counter(Metadata.builder()
                .withName(name)
                .withDescription(description)
                .withUnit(MetricUnits.NONE)
                .build(), tag);
    }
}
