// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import static org.nodebridge.registry.catalog.OtherInstallations.NOTES;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Set;
import org.nodebridge.registry.catalog.CatalogNotes;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes notes of dead installations that have no entry any more. One whose entries have no mark, as it started
 * without PostgreSQL, keeps its note, for only that says whose they may be.
 */
@ApplicationScoped
class NotesOfDead {

    private static final Logger LOG = LoggerFactory.getLogger(NotesOfDead.class);

    private final ServiceCatalog catalog;
    private final CatalogNotes notes;

    /** For the proxy only. */
    NotesOfDead() {
        this(null, null);
    }

    @Inject
    NotesOfDead(ServiceCatalog catalog, CatalogNotes notes) {
        this.catalog = catalog;
        this.notes = notes;
    }

    /**
     * Removes what may be. What Consul does not do now the next comparison tries again.
     *
     * @param withEntries installations that have entries, as a comparison has just found
     */
    void removeUnused(Set<String> withEntries) {
        try {
            catalog.otherInstallations().dead().forEach((installation, number) -> {
                if (!withEntries.contains(installation) && !catalog.mayHaveEntries(installation)
                        && notes.forget(NOTES + "/" + installation, number)) {
                    LOG.atInfo().addKeyValue("installation", installation)
                            .log("A dead installation has no entry any more: its note in Consul is removed");
                }
            });
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("reason", e.toString())
                    .log("Notes of dead installations in Consul could not be removed");
        }
    }
}
