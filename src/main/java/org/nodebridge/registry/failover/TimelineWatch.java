// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import org.nodebridge.registry.catalog.CatalogException;
import org.nodebridge.registry.catalog.CatalogNotes;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.failover.ServerIdentityRepository.Identity;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.SchemaMigration;
import org.nodebridge.registry.store.jdbc.PrimaryGate;
import org.nodebridge.registry.store.jdbc.ServerCheck;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses a PostgreSQL that another server has been promoted after. The highest timeline that any replica has seen is
 * kept in the memory of each and in Consul, for PostgreSQL cannot tell that it is a former primary. Without
 * Consul's answer memory alone decides.
 */
@ApplicationScoped
public class TimelineWatch implements ServerCheck {

    private static final Logger LOG = LoggerFactory.getLogger(TimelineWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final ServerIdentityRepository servers;
    private final CatalogNotes notes;
    private final PrimaryGate gate;
    private Identity highest = new Identity("", 0, "");
    private volatile long timeline;
    private boolean noted = true;

    @Inject
    public TimelineWatch(ServerIdentityRepository servers, CatalogNotes notes, PrimaryGate gate) {
        this.servers = servers;
        this.notes = notes;
        this.gate = gate;
    }

    TimelineWatch() {
        this(null, null, null); // for the client proxy
    }

    void start(
            @Observes Startup startup, RecurringTasks tasks, SchemaMigration migration, RegistryMetrics metrics) {
        metrics.postgresTimeline(() -> timeline);
        tasks.start("postgres_timeline", INTERVAL, migration::done, this::check);
    }

    /** Compares the servers of both pools with the highest timeline that is known. */
    @Override
    public synchronized void check() {
        Identity server = servers.written();
        if (server.timeline() == 0) {
            gate.open(); // it does not tell
            return;
        }
        if (!server.system().equals(highest.system())) {
            // another cluster, of which nothing is known
            highest = new Identity(server.system(), 0, server.installation());
        }
        long before = highest.timeline();
        long known = Math.max(Math.max(before, server.timeline()), inConsul(server));
        highest = new Identity(server.system(), known, server.installation());
        timeline = highest.timeline();
        if (server.timeline() < highest.timeline()) {
            refuse(server, servers::giveUpWritten);
        }
        if (before != 0 && before < highest.timeline()) {
            LOG.atWarn().addKeyValue("before", before).addKeyValue("timeline", highest.timeline())
                    .log("PostgreSQL has failed over: another server was promoted");
            giveUp(servers::giveUpWritten); // other connections of the pool may be to the former primary
        }
        Identity read = servers.read();
        if (read.system().equals(highest.system()) && read.timeline() != 0 && read.timeline() < highest.timeline()) {
            refuse(read, servers::giveUpRead);
        }
        gate.open();
    }

    private void refuse(Identity server, Runnable connections) {
        String reason = "PostgreSQL is on timeline " + server.timeline() + ", and timeline " + highest.timeline()
                + " is known: another server has been promoted, and this one is not the primary any more";
        if (gate.refusal().isEmpty()) {
            LOG.atError().addKeyValue("timeline", server.timeline()).addKeyValue("known", highest.timeline())
                    .log("PostgreSQL is refused: it is a former primary");
        }
        gate.close(reason);
        giveUp(connections);
        throw new StoreUnavailableException(reason, null);
    }

    private static void giveUp(Runnable connections) {
        try {
            connections.run();
        } catch (StoreUnavailableException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("The connections to PostgreSQL are given up");
        }
    }

    /** The highest timeline that a replica has noted in Consul; 0 when Consul does not say. */
    private long inConsul(Identity server) {
        try {
            String system = server.system().isEmpty() ? "unknown" : server.system();
            long known = notes.raise(
                    "postgres-timeline/" + server.installation() + "/" + system, server.timeline());
            noted = true;
            return known;
        } catch (CatalogException e) {
            if (noted) {
                noted = false;
                LOG.atWarn().addKeyValue("reason", e.getMessage())
                        .log("PostgreSQL's timeline cannot be noted in Consul; only this replica remembers it");
            }
            return 0;
        }
    }
}
