// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.catalog.CatalogException;
import org.nodebridge.registry.catalog.CatalogNotes;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.jdbc.InstallationKnown;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this installation's note in Consul changing, and reads those of others: whose note stays as it is for
 * {@code registry.consul.installation-ttl} is dead, and its entries count as ours. Every replica renews the note, not
 * the leader alone: without PostgreSQL no replica leads, and the installation lives.
 */
@ApplicationScoped
class InstallationNotes {

    private static final Logger LOG = LoggerFactory.getLogger(InstallationNotes.class);
    private static final String NAME = "installations";

    /** Looks in the time after which an installation counts as dead. */
    private static final int LOOKS = 12;

    private static final Duration LONGEST_PERIOD = Duration.ofSeconds(1);

    private final CatalogNotes notes;
    private final ServiceCatalog catalog;
    private final Duration ttl;
    private final OtherInstallations others;
    private volatile String own;
    private volatile int dead;
    private volatile Long lastLook;
    private boolean noted = true;

    /** For the proxy only. */
    InstallationNotes() {
        notes = null;
        catalog = null;
        ttl = null;
        others = null;
    }

    @Inject
    InstallationNotes(CatalogNotes notes, ServiceCatalog catalog, ConsulSettings settings) {
        this(notes, catalog, settings.installationTtl());
    }

    InstallationNotes(CatalogNotes notes, ServiceCatalog catalog, Duration ttl) {
        this.notes = notes;
        this.catalog = catalog;
        this.ttl = ttl;
        this.others = new OtherInstallations(ttl);
    }

    void start(@Observes Startup startup, RecurringTasks tasks, RegistryMetrics metrics) {
        metrics.deadInstallations(() -> dead);
        Duration interval = Duration.ofMillis(Math.max(100, ttl.toMillis() / LOOKS));
        // soon after the identity is known, as entries carry it from then on
        Duration period = interval.compareTo(LONGEST_PERIOD) < 0 ? interval : LONGEST_PERIOD;
        tasks.start("installation_notes", period, () -> own != null && due(interval), this::look);
    }

    void known(@Observes InstallationKnown known) {
        own = known.id();
    }

    private boolean due(Duration interval) {
        return lastLook == null || System.nanoTime() - lastLook >= interval.toNanos();
    }

    private void look() {
        long now = System.nanoTime();
        lastLook = now;
        look(now);
    }

    synchronized void look(long now) {
        Set<String> before = others.dead();
        try {
            Map<String, Long> found = notes.below(NAME);
            notes.raise(NAME + "/" + own, found.getOrDefault(own, 0L) + 1);
            others.look(found, own, now);
            noted = true;
        } catch (CatalogException e) {
            others.missed();
            if (noted) {
                noted = false;
                LOG.atWarn().addKeyValue("reason", e.getMessage())
                        .log("This installation's note in Consul cannot be renewed");
            }
        }
        dead = others.dead().size();
        catalog.judged(others.dead(), others.living());
        others.dead().stream().filter(id -> !before.contains(id)).forEach(id -> LOG.atWarn()
                .addKeyValue("installation", id).addKeyValue("ttl", ttl)
                .log("Another installation of this registry id does not renew its note: its entries count as ours"));
        others.living().stream().filter(before::contains).forEach(id -> LOG.atWarn().addKeyValue("installation", id)
                .log("An installation that counted as dead renews its note again: its entries are left alone"));
    }
}
