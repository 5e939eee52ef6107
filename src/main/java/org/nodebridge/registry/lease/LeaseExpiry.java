// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.cluster.ThisReplica;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.SchemaMigration;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at leases on a schedule. Every replica looks for trouble, so that one that comes to lead knows since when there
 * has been none; the leader looks at the leases too.
 */
@ApplicationScoped
class LeaseExpiry {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseExpiry.class);

    /** Beside three looks; a garbage collection or a busy machine is no standstill. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    /** In one sweep; at 64 probes at once 1,024 nodes, and the rest waits for the next. */
    private static final int MOST_PORTIONS = 16;

    @Inject
    private RecurringTasks tasks;

    @Inject
    private RegistrySettings settings;

    @Inject
    private SchemaMigration migration;

    @Inject
    private Leadership leadership;

    @Inject
    private ThisReplica replica;

    @Inject
    private ExpirySuspension trouble;

    @Inject
    private LeaseSweep look;

    @Inject
    private PreservationRepository preservation;

    private QuietPeriod quiet;
    private String knownTrouble;

    /** PostgreSQL's clock has jumped, and this replica has not led since. */
    private boolean holdsAreOfBefore;

    void start(@Observes Startup startup) {
        Duration interval = settings.leases().interval();
        quiet = new QuietPeriod(
                interval.multipliedBy(3).plus(SLACK).plus(settings.probes().timeout()), System.nanoTime());
        tasks.start("lease_sweep", interval, migration::done, this::sweep);
    }

    private void sweep() {
        try {
            Optional<String> found = observe();
            OptionalLong token = leadership.token();
            if (token.isPresent()) {
                lead(found, token.getAsLong());
            }
        } catch (StoreException e) {
            quiet.observe(Optional.of(e.getMessage()), System.nanoTime());
            throw e;
        }
    }

    private void lead(Optional<String> found, long token) {
        if (holdsAreOfBefore && !preservation.beginAgain(token)) {
            return; // another leads by now, or soon: as the clock has jumped, the lease has ended too
        }
        holdsAreOfBefore = false;
        look.undamp(token);
        if (found.isEmpty()) {
            found = inPortions(
                    () -> look.probe(quiet.lasts(System.nanoTime()), token), this::observe,
                    () -> look.decide(quiet.lasts(System.nanoTime()), token), settings.leases().interval(),
                    System::nanoTime);
        }
        if (found.isPresent()) {
            preservation.looked(List.of(), found.get(), replica.id(), token);
        }
    }

    /**
     * Probes in portions and looks for trouble after each: a thousand nodes that do not answer take half a minute, and
     * to look only at the end would take that for a standstill of this replica. Decides at the end, and in between as
     * often as a sweep would be due, so that nodes which do not answer delay the expiry of no other.
     *
     * @param probe whether more may be due
     * @param interval of two decisions
     * @param clock in nanoseconds
     * @return the trouble that ended it, if any
     */
    static Optional<String> inPortions(
            BooleanSupplier probe, Supplier<Optional<String>> observe, Runnable decide, Duration interval,
            LongSupplier clock) {
        long decided = clock.getAsLong();
        for (int portion = 1; portion <= MOST_PORTIONS; portion++) {
            boolean more = probe.getAsBoolean();
            Optional<String> found = observe.get();
            if (found.isPresent()) {
                return found;
            }
            boolean last = !more || portion == MOST_PORTIONS;
            if (last || clock.getAsLong() - decided >= interval.toNanos()) {
                decide.run();
                decided = clock.getAsLong();
            }
            if (last) {
                break;
            }
        }
        return Optional.empty();
    }

    private Optional<String> observe() {
        Optional<String> found = quiet.observe(trouble.now(), System.nanoTime());
        holdsAreOfBefore |= trouble.clockHasJumped();
        String reason = found.orElse(null);
        if ((reason == null) != (knownTrouble == null)) {
            LOG.atInfo().addKeyValue("reason", reason == null ? knownTrouble : reason)
                    .log(reason == null
                            ? "Leases count again; each has its whole time once more"
                            : "No lease ends for now");
        }
        knownTrouble = reason;
        return found;
    }
}
