// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.SchemaMigration;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows as metrics of every replica how many nodes are held and damped, so that it does not matter which is scraped.
 */
@ApplicationScoped
class LeaseGauges {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseGauges.class);
    private static final long INTERVAL_SECONDS = 5;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    private SchemaMigration migration;

    @Inject
    private PreservationRepository preservation;

    @Inject
    private LeaseRepository leases;

    private volatile long held;
    private volatile long damped;
    private Future<?> schedule;

    void start(@Observes Startup startup, RegistryMetrics metrics) {
        metrics.held(() -> held);
        metrics.damped(() -> damped);
        schedule = scheduler.scheduleWithFixedDelay(this::look, 1, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes @Priority(10) @BeforeDestroyed(ApplicationScoped.class) Object event) {
        if (schedule != null) {
            schedule.cancel(false);
        }
    }

    private void look() {
        if (!migration.done()) {
            return;
        }
        try {
            held = preservation.holds().stream().mapToLong(PreservationHold::held).sum();
            damped = leases.damped();
        } catch (StoreException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("Held nodes cannot be counted now");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("Held nodes could not be counted"); // and the schedule goes on
        }
    }
}
