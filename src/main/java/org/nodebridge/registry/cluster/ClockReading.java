// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.jdbc.StoreClock;

/** Reads PostgreSQL's clock every few seconds, and exports how far this replica's is from it. */
@ApplicationScoped
class ClockReading {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    /** A slower answer tells too little; the next one will be faster, and the last reading goes on until then. */
    private static final Duration MAX_ROUND_TRIP = Duration.ofSeconds(1);

    @Inject
    private RecurringTasks tasks;

    @Inject
    private ClusterLeasesRepository leases;

    @Inject
    private StoreClock clock;

    void start(@Observes Startup startup, RegistryMetrics metrics) {
        metrics.clockSkew(() -> clock.skew().map(skew -> skew.toMillis() / 1000.0).orElse(0.0));
        tasks.start("clock", INTERVAL, () -> true, this::read);
    }

    private void read() {
        long asked = System.nanoTime();
        Instant time = leases.time();
        long answered = System.nanoTime();
        if (answered - asked <= MAX_ROUND_TRIP.toNanos() || clock.skew().isEmpty()) {
            clock.read(time, asked, answered);
        }
    }
}
