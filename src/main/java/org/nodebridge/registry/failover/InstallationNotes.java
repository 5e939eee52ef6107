// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import static org.nodebridge.registry.catalog.OtherInstallations.NOTES;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.nodebridge.registry.catalog.CatalogNotes;
import org.nodebridge.registry.catalog.OtherInstallations;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.jdbc.InstallationKnown;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this installation's note in Consul changing, and reads those of others: whose note stays as it is for
 * {@code registry.consul.installation-ttl} counts as dead, and our nodes are written over its entries. Every replica
 * renews the note, not the leader alone: without PostgreSQL no replica leads, and the installation lives.
 */
@ApplicationScoped
class InstallationNotes {

    /** Not by the setting: another installation judges by its own. */
    static final Duration PERIOD = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(InstallationNotes.class);

    /** Other keys that another program has written there are no installation's. */
    private static final Pattern IDENTITY = Pattern.compile("[A-Za-z0-9-]{1,64}");

    /** How often it is looked whether the identity is known: entries carry it from then on. */
    private static final Duration TICK = Duration.ofSeconds(1);

    private final CatalogNotes notes;
    private final ServiceCatalog catalog;
    private final Duration ttl;
    private final LongSupplier clock;
    private final NoteWatch watch;
    private volatile String own;
    private Long lastLook;
    private Set<String> dead = Set.of();
    private boolean noted = true;

    /** For the proxy only. */
    InstallationNotes() {
        notes = null;
        catalog = null;
        ttl = null;
        clock = null;
        watch = null;
    }

    @Inject
    InstallationNotes(CatalogNotes notes, ServiceCatalog catalog, ConsulSettings settings) {
        this(notes, catalog, settings.installationTtl(), System::nanoTime);
    }

    InstallationNotes(CatalogNotes notes, ServiceCatalog catalog, Duration ttl, LongSupplier clock) {
        this.notes = notes;
        this.catalog = catalog;
        this.ttl = ttl;
        this.clock = clock;
        this.watch = new NoteWatch(ttl);
    }

    void start(@Observes Startup startup, RecurringTasks tasks, RegistryMetrics metrics) {
        metrics.deadInstallations(() -> catalog.otherInstallations().dead().size());
        tasks.start("installation_notes", TICK, () -> own != null, this::lookWhenDue);
    }

    void known(@Observes InstallationKnown known) {
        own = known.id();
    }

    synchronized void lookWhenDue() {
        long now = clock.getAsLong();
        if (lastLook == null || now - lastLook >= PERIOD.toNanos()) {
            lastLook = now;
            OtherInstallations found = look(now);
            catalog.judged(found);
            log(found.dead().keySet());
        }
    }

    private OtherInstallations look(long begun) {
        try {
            Map<String, Long> found = new HashMap<>(notes.below(NOTES));
            found.keySet().removeIf(name -> !IDENTITY.matcher(name).matches());
            long ended = clock.getAsLong();
            Long renewed = found.remove(own);
            notes.raise(NOTES + "/" + own, (renewed == null ? 0 : renewed) + 1);
            noted = true;
            return watch.look(found, begun, ended);
        } catch (RuntimeException e) { // for any cause, nothing is known now
            if (noted) {
                noted = false;
                LOG.atWarn().addKeyValue("reason", e.toString())
                        .log("This installation's note in Consul cannot be renewed");
            }
            return watch.missed(begun);
        }
    }

    private void log(Set<String> now) {
        now.stream().filter(id -> !dead.contains(id)).forEach(id -> LOG.atWarn()
                .addKeyValue("installation", id).addKeyValue("ttl", ttl)
                .log("Another installation of this registry id does not renew its note: nodes that announce"
                        + " themselves here are written over its entries"));
        dead.stream().filter(id -> !now.contains(id)).forEach(id -> LOG.atWarn().addKeyValue("installation", id)
                .log("An installation that counted as dead does not any more: its entries are left alone"));
        dead = Set.copyOf(now);
    }
}
