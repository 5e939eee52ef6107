// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.SchemaMigration;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows what the leader has found as a metric of every replica, so that it does not matter which one is scraped. */
@ApplicationScoped
class DriftGauge {

    private static final Logger LOG = LoggerFactory.getLogger(DriftGauge.class);
    private static final long INTERVAL_SECONDS = 3;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    private SchemaMigration migration;

    @Inject
    private DriftRepository drift;

    private volatile Map<Drift.Kind, Long> counts = Map.of();
    private Future<?> schedule;

    void start(@Observes Startup startup, RegistryMetrics metrics) {
        for (Drift.Kind kind : Drift.Kind.values()) {
            metrics.drift(kind.wireName(), () -> counts.getOrDefault(kind, 0L));
        }
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
            counts = drift.counts();
        } catch (StoreException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("The drift cannot be counted now");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("The drift could not be counted"); // and the schedule goes on
        }
    }
}
