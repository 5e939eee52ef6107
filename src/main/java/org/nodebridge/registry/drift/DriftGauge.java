// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.SchemaMigration;

/** Shows what the leader has found as a metric of every replica, so that it does not matter which one is scraped. */
@ApplicationScoped
class DriftGauge {

    private static final Duration INTERVAL = Duration.ofSeconds(3);

    @Inject
    private RecurringTasks tasks;

    @Inject
    private SchemaMigration migration;

    @Inject
    private DriftRepository drift;

    @Inject
    private ServiceCatalog catalog;

    private volatile Map<Drift.Kind, Long> counts = Map.of();
    private volatile Map<String, Long> others = Map.of();

    void start(@Observes Startup startup, RegistryMetrics metrics) {
        for (Drift.Kind kind : Drift.Kind.values()) {
            metrics.drift(kind.wireName(), () -> counts.getOrDefault(kind, 0L));
        }
        metrics.foreignEntries(() -> others.values().stream().mapToLong(Long::longValue).sum());
        tasks.start("drift_counts", INTERVAL, migration::done, this::look);
    }

    private void look() {
        counts = drift.counts();
        drift.others().ifPresent(found -> {
            others = found;
            catalog.others(found); // every replica is to keep away from them, not only the one that has found them
        });
    }
}
