// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.store.RegistrationBatch;

/**
 * Registrations that a client waits for while PostgreSQL is unavailable: Consul takes them now, Kafka keeps them for
 * PostgreSQL. Without Consul nothing is claimed. Nor is it where nodes must show who they are: what the registry leaves
 * on Kafka has no claim, and would be dead-lettered. Safe for many threads.
 */
@ApplicationScoped
class OutageRegistrations {

    private final OutagePublisher writeAhead;
    private final RegistrySettings settings;

    @Inject
    OutageRegistrations(OutagePublisher writeAhead, RegistrySettings settings) {
        this.writeAhead = writeAhead;
        this.settings = settings;
    }

    OutageRegistrations() {
        this(null, null); // for the client proxy
    }

    /**
     * Applies one event as far as that goes.
     *
     * @param announcement puts the event on Kafka
     * @param outage why PostgreSQL does not have it, for a person
     */
    RegistrationResult apply(OfNode event, Runnable announcement, ResultBuilder stopwatch, String outage) {
        if (settings.identity().isEnforced()) {
            return stopwatch.failed(false, outage);
        }
        CatalogOutcome written = writeAhead.write(RegistrationBatch.collapse(List.of(event)));
        if (!written.applied().contains(event.nodeId())) {
            return stopwatch.failed(false, outage + "; " + Objects.requireNonNullElse(
                    written.reasonFor(event.nodeId()), "Consul has a newer event of this node"));
        }
        try {
            announcement.run();
            return stopwatch.announced(outage);
        } catch (AnnouncementFailedException e) {
            return stopwatch.failed(true, outage + "; " + e.getMessage());
        }
    }
}
