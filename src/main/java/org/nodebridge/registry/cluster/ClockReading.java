// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.metrics.ReplicaMetrics;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreClock.Jump;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads PostgreSQL's clock every few seconds, and exports how far this replica's is from it. Safe from any thread. */
@ApplicationScoped
public class ClockReading {

    private static final Logger LOG = LoggerFactory.getLogger(ClockReading.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    @Inject
    private RecurringTasks tasks;

    @Inject
    private ClusterLeasesRepository leases;

    @Inject
    private StoreClock clock;

    @Inject
    private ReplicaMetrics replicaMetrics;

    void start(@Observes Startup startup, RegistryMetrics metrics) {
        metrics.clockSkew(() -> clock.skew().map(skew -> skew.toMillis() / 1000.0).orElse(0.0));
        replicaMetrics.addClockJumps(0);
        tasks.start("clock", INTERVAL, () -> true, this::read);
    }

    /**
     * Reads it now, in one round trip.
     *
     * @throws org.nodebridge.registry.store.jdbc.StoreException when PostgreSQL is unavailable
     */
    public void read() {
        Optional<Jump> before = clock.jump();
        long asked = System.nanoTime();
        Instant time = leases.time();
        clock.read(time, asked, System.nanoTime());
        Optional<Jump> now = clock.jump();
        if (!now.equals(before)) {
            replicaMetrics.addClockJumps(1);
            LOG.atWarn().addKeyValue("seconds", now.map(jump -> jump.by().toMillis() / 1000.0).orElse(0.0))
                    .log("PostgreSQL's clock has jumped");
        }
    }
}
