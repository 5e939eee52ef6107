// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.nodebridge.registry.concurrent.BoundedWait;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.metrics.ReplicaMetrics;
import org.nodebridge.registry.store.SchemaMigration;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the leader's lease, or tries to, three times in each lease time, and tells the others that this replica is
 * there. Safe from any thread.
 */
@ApplicationScoped
public class Leadership {

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final int RENEWALS_IN_A_LEASE = 3;
    private static final long LONGEST_FINISH_SECONDS = 3;

    @Inject
    private RecurringTasks tasks;

    @Inject
    private RegistrySettings settings;

    @Inject
    private ClusterLeasesRepository leases;

    @Inject
    private ReplicasRepository replicas;

    @Inject
    private SchemaMigration migration;

    @Inject
    private ConsumerProgress progress;

    @Inject
    private ThisReplica replica;

    @Inject
    private StoreClock clock;

    @Inject
    private ReplicaMetrics metrics;

    private final ReentrantLock busy = new ReentrantLock();
    private volatile Held held = Held.NOT;
    private volatile boolean stopping;

    void start(@Observes Startup startup) {
        metrics.leader(() -> token().isPresent());
        tasks.start("leader_lease", settings.clusterLeaseTtl().dividedBy(RENEWALS_IN_A_LEASE), migration::done,
                this::renew);
    }

    /** Gives the lease back, so that the next leader need not wait for its end. */
    void stop(@Observes @Priority(10) @BeforeDestroyed(ApplicationScoped.class) Object event)
            throws InterruptedException {
        stopping = true;
        // a renewal that is under way would take the lease again
        boolean alone = busy.tryLock(LONGEST_FINISH_SECONDS, TimeUnit.SECONDS);
        giveBack();
        if (alone) {
            busy.unlock();
        }
    }

    private void giveBack() {
        held = Held.NOT;
        if (migration.done()) {
            try {
                leases.release(ClusterLeasesRepository.LEADER, replica.id());
                replicas.gone(replica.id());
            } catch (StoreException e) {
                LOG.atDebug().addKeyValue("reason", e.getMessage()).log("The leader's lease ends by itself");
            }
        }
    }

    /**
     * The fencing token while this replica leads. It may end at any moment: what must not be done twice is done in a
     * statement that checks the token, and what cannot be checked there only while {@link #leadsFor} says so.
     */
    public OptionalLong token() {
        Held now = held;
        return now.remaining().isNegative() ? OptionalLong.empty() : OptionalLong.of(now.token());
    }

    /** Whether this replica still leads under the token, and will for so long if PostgreSQL's clock runs as ours. */
    public boolean leadsFor(long token, Duration time) {
        Held now = held;
        return now.token() == token && now.remaining().compareTo(time) > 0;
    }

    private void renew() {
        BoundedWait.lock(busy);
        try {
            if (!stopping) {
                renewAlone();
                if (stopping) {
                    giveBack(); // the stop has not waited for so slow a renewal
                }
            }
        } finally {
            busy.unlock();
        }
    }

    private void renewAlone() {
        // from before the statement: the lease never lasts longer here than there
        long asked = System.nanoTime();
        Duration ttl = settings.clusterLeaseTtl();
        OptionalLong token = leases.hold(ClusterLeasesRepository.LEADER, replica.id(), ttl);
        Held before = held;
        held = token.isPresent() ? new Held(token.getAsLong(), asked + ttl.toNanos()) : Held.NOT;
        if (before.token() != held.token()) {
            LOG.atInfo().addKeyValue("replica", replica.id()).addKeyValue("token", held.token())
                    .log(token.isPresent() ? "This replica leads" : "This replica no longer leads");
        }
        replicas.seen(replica.id(), replica.host(), replica.startedAt(), progress.assignedPartitions(),
                clock.skew().orElse(null), ttl);
    }

    /** @param until by {@link System#nanoTime} */
    private record Held(long token, long until) {

        static final Held NOT = new Held(0, System.nanoTime() - 1);

        Duration remaining() {
            return token == 0 ? Duration.ofNanos(-1) : Duration.ofNanos(until - System.nanoTime());
        }
    }
}
