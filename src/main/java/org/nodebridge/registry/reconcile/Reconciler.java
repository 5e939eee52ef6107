// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.nodebridge.registry.catalog.CatalogException;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.cluster.ThisReplica;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.drift.Drift;
import org.nodebridge.registry.metrics.DriftMetrics;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.replay.TopicReplayRepository;
import org.nodebridge.registry.store.SchemaMigration;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreClock.Jump;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** While this replica leads: compares Consul with PostgreSQL on a schedule, and on request. */
@ApplicationScoped
class Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final String SCHEDULE = "schedule";
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Of the time between two comparisons a quarter may pass in the pauses of one. */
    private static final int PART_FOR_PAUSES = 4;

    @Inject
    private RecurringTasks tasks;

    @Inject
    private RegistrySettings settings;

    @Inject
    private StoreClock clock;

    @Inject
    private SchemaMigration migration;

    @Inject
    private Leadership leadership;

    @Inject
    private ThisReplica replica;

    @Inject
    private ReconciliationRun pass;

    @Inject
    private ReconciliationRepository reconciliations;

    @Inject
    private TopicReplayRepository replays;

    @Inject
    private DriftMetrics drift;

    @Inject
    private RegistryMetrics metrics;

    /** At zero once the registry stops, which should not wait for the pauses of a comparison. */
    private final CountDownLatch stopping = new CountDownLatch(1);

    // of the schedule's one thread at a time
    private long leadingToken;

    /** The number of the last jump of PostgreSQL's clock that was seen. */
    private int knownJump;
    private Instant quietSince;
    private Instant nextPassAt;
    private ReconciliationReport lastScheduled;
    private boolean leftRunning;

    void start(@Observes Startup startup) {
        for (Drift.Kind kind : Drift.Kind.values()) {
            drift.found(kind.wireName(), 0);
        }
        drift.registered(0);
        drift.deregistered(0);
        tasks.start("reconciliation", INTERVAL, migration::done, this::lead);
    }

    void stop(@Observes @Priority(10) @BeforeDestroyed(ApplicationScoped.class) Object event) {
        stopping.countDown();
    }

    private void lead() {
        OptionalLong token = leadership.token();
        if (token.isEmpty()) {
            return;
        }
        int jump = clock.jump().map(Jump::number).orElse(0);
        if (token.getAsLong() != leadingToken || jump != knownJump) {
            knownJump = jump; // times of before it are of another clock
            begin(token.getAsLong());
        } else if (leftRunning) {
            reconciliations.failAbandoned(leadingToken);
            leftRunning = false;
        }
        if (replays.outstanding()) {
            quietSince = clock.now(); // what a replay did not bring back is asked for at its end, and must answer
        }
        Optional<Reconciliation> asked = reconciliations.take(replica.id(), leadingToken);
        if (asked.isPresent()) {
            answer(asked.get());
        } else if (!clock.now().isBefore(nextPassAt)) {
            runScheduled();
        }
    }

    private void begin(long token) {
        reconciliations.failAbandoned(token);
        quietSince = clock.now();
        nextPassAt = quietSince.plus(settings.reconcile().interval());
        leadingToken = token;
    }

    private void answer(Reconciliation asked) {
        try {
            ReconciliationReport report = run(asked.dryRun(), SweepInterval.withoutPauses());
            reconciliations.done(asked.id(), ReconciliationReportJson.of(report), leadingToken);
            LOG.atInfo().addKeyValue("requested_by", asked.requestedBy()).addKeyValue("dry_run", asked.dryRun())
                    .addKeyValue("found", report.found()).addKeyValue("repaired", report.repaired())
                    .addKeyValue("deleted", report.deleted()).addKeyValue("held", report.held())
                    .addKeyValue("failed", report.failed()).log("Consul was compared with PostgreSQL on request");
        } catch (RuntimeException e) {
            logFailure(e);
            leftRunning = true;
            reconciliations.failed(asked.id(), String.valueOf(e.getMessage()), leadingToken);
            leftRunning = false;
        }
    }

    private void runScheduled() {
        nextPassAt = clock.now().plus(settings.reconcile().interval());
        try {
            ReconciliationReport report =
                    run(false,
                            SweepInterval.within(settings.reconcile().interval().dividedBy(PART_FOR_PAUSES), stopping));
            if (!report.repeats(lastScheduled) && report.foundAny()) {
                reconciliations.addDone(
                        UUID.randomUUID(), SCHEDULE, report.startedAt(), replica.id(), leadingToken,
                        ReconciliationReportJson.of(report));
                LOG.atWarn().addKeyValue("found", report.found()).addKeyValue("repaired", report.repaired())
                        .addKeyValue("deleted", report.deleted()).addKeyValue("held", report.held())
                        .addKeyValue("failed", report.failed())
                        .addKeyValue("deletions_blocked", report.deletionsBlocked())
                        .log("Consul and PostgreSQL disagreed");
            }
            lastScheduled = report;
        } catch (RuntimeException e) {
            logFailure(e);
        }
    }

    private ReconciliationReport run(boolean dryRun, SweepInterval pace) {
        boolean done = false;
        try {
            ReconciliationReport report = pass.run(dryRun, leadingToken, quietSince, nextPassAt, pace);
            done = true;
            if (!dryRun) {
                report.found().forEach(drift::found);
            }
            return report;
        } finally {
            metrics.reconciliation(done ? "done" : "failed");
        }
    }

    private static void logFailure(RuntimeException e) {
        if (e instanceof StoreException || e instanceof CatalogException
                || e instanceof LostLeadershipException) {
            LOG.atWarn().addKeyValue("reason", e.toString()).log("Consul could not be compared with PostgreSQL");
        } else {
            LOG.atError().setCause(e).log("The comparison of Consul with PostgreSQL failed");
        }
    }
}
