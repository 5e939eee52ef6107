// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.SchemaMigration;

/**
 * Shows as metrics of every replica how many nodes are held and damped, so that it does not matter which is scraped.
 */
@ApplicationScoped
class LeaseGauges {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    @Inject
    private RecurringTasks tasks;

    @Inject
    private SchemaMigration migration;

    @Inject
    private PreservationRepository preservation;

    @Inject
    private LeaseRepository leases;

    private volatile long held;
    private volatile long damped;

    void start(@Observes Startup startup, RegistryMetrics metrics) {
        metrics.held(() -> held);
        metrics.damped(() -> damped);
        tasks.start("lease_counts", INTERVAL, migration::done, this::count);
    }

    private void count() {
        held = preservation.holds().stream().mapToLong(PreservationHold::held).sum();
        damped = leases.damped();
    }
}
