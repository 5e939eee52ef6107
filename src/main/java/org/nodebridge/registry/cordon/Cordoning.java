// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cordon;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.registration.ConsulPublisher;
import org.nodebridge.registry.registration.OutagePublisher;
import org.nodebridge.registry.store.RegistrationBatchRepository;
import org.nodebridge.registry.store.jdbc.RefusedRows;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cordons nodes in both stores. Once a second the leader ends what has had its time, and each replica learns which
 * nodes are cordoned. Not to be called in a transaction. Safe for many threads.
 */
@ApplicationScoped
public class Cordoning {

    private static final Logger LOG = LoggerFactory.getLogger(Cordoning.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** One transaction of the leader's; what is left has its turn a second later. */
    private static final int MOST_AT_ONCE = 500;

    /** A few megabytes; the cordons beyond it count, but for introspection events while PostgreSQL is unavailable. */
    private static final int MOST_KNOWN = 10_000;

    @Inject
    private CordonRepository cordons;

    @Inject
    private RegistrationBatchRepository rows;

    @Inject
    private RefusedRows refused;

    @Inject
    private ConsulPublisher catalog;

    @Inject
    private OutagePublisher duringOutage;

    @Inject
    private Leadership leadership;

    @Inject
    private RecurringTasks tasks;

    void start(@Observes Startup startup) {
        tasks.start("cordons", INTERVAL, () -> true, this::look);
    }

    /**
     * Cordons nodes as {@link CordonRepository#cordon} does, and brings that to Consul.
     *
     * @param each whether a node whose row PostgreSQL refuses to change is left out and counted; else it is thrown
     * @throws org.nodebridge.registry.store.jdbc.StoreUnavailableException when PostgreSQL is unavailable; whether it
     *     has been done is not known, and doing it again is safe
     * @throws org.nodebridge.registry.store.jdbc.StoreRefusedException when PostgreSQL refuses to change a row
     */
    Done cordon(
            Collection<String> nodeIds, boolean each, String reason, Instant until, String actor,
            String correlationId) {
        Done done = changed(
                "cordon", nodeIds, each, some -> cordons.cordon(some, reason, until, actor, correlationId));
        LOG.atInfo().addKeyValue("nodes", done.changed().size()).addKeyValue("by", actor).addKeyValue("until", until)
                .log("Nodes have been cordoned");
        return done;
    }

    /** The other way about. */
    Done uncordon(Collection<String> nodeIds, boolean each, String actor, String correlationId) {
        Done done = changed("uncordon", nodeIds, each, some -> cordons.uncordon(some, actor, correlationId));
        LOG.atInfo().addKeyValue("nodes", done.changed().size()).addKeyValue("by", actor)
                .log("Cordons of nodes have been ended");
        return done;
    }

    private Done changed(
            String event, Collection<String> nodeIds, boolean each, Function<List<String>, Set<String>> change) {
        List<String> all = List.copyOf(nodeIds);
        Set<String> refusedRows = new HashSet<>(all);
        Set<String> changed = new HashSet<>();
        Function<List<String>, Set<String>> taken = some -> {
            Set<String> now = change.apply(some);
            some.forEach(refusedRows::remove);
            changed.addAll(now);
            return now;
        };
        if (each) {
            refused.withoutLocked(event, all, Function.identity(), taken, rows::locked);
        } else {
            taken.apply(all);
        }
        CatalogOutcome published = catalog.apply(changed);
        try {
            learn();
        } catch (StoreException e) {
            // what is done is done, and the task learns of it
            LOG.atDebug().setCause(e).log("The cordons of nodes cannot be read now");
        }
        return new Done(changed, refusedRows, published);
    }

    private void look() {
        RecurringTasks.each(this::endDue, this::learn);
    }

    private void learn() {
        duringOutage.keepCordons(cordons.reasons(MOST_KNOWN));
    }

    private void endDue() {
        OptionalLong token = leadership.token();
        if (token.isEmpty()) {
            return;
        }
        List<String> due = cordons.due(refused.lately(), MOST_AT_ONCE);
        List<String> ended = refused.without(
                "uncordon", due, Function.identity(), some -> cordons.uncordonDue(some, token.getAsLong()));
        if (due.size() == MOST_AT_ONCE) {
            List<String> others = new ArrayList<>(due);
            others.removeAll(ended);
            refused.leaveOut(others); // as those that another session holds; those behind them have a turn
        }
        if (!ended.isEmpty()) {
            LOG.atInfo().addKeyValue("nodes", ended.size()).log("Cordons of nodes have ended by their time");
            catalog.apply(ended);
        }
    }

    /**
     * What has been done.
     *
     * @param changed the nodes for which it was a change in PostgreSQL
     * @param refused those of which PostgreSQL refuses to change the row
     * @param published what Consul said of these
     */
    record Done(Set<String> changed, Set<String> refused, CatalogOutcome published) {}
}
