// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;

/** Compares one node's row with what Consul has of it now, by the rules of the comparison of all. */
@ApplicationScoped
public class StoreComparisons {

    @Inject
    private RegistrySettings settings;

    @Inject
    private ServiceCatalog catalog;

    @Inject
    private ToolRegistrationRepository registrations;

    /**
     * Asks Consul, for five seconds at most, or ten where there may be sidecar proxies; when it does not say, the
     * answer is that. The two stores cannot be read at one moment: where they differ the row is read
     * again, and compared again when it has moved on meanwhile.
     *
     * @param row as it was just read
     * @throws org.nodebridge.registry.store.jdbc.StoreException when PostgreSQL cannot be read again
     */
    public StoreComparison of(ToolRegistration row) {
        StoreComparison first = compare(row);
        if (!Boolean.FALSE.equals(first.agree())) {
            return first;
        }
        Optional<ToolRegistration> again = registrations.find(row.nodeId());
        return again.filter(now -> now.revision() != row.revision()).map(this::compare).orElse(first);
    }

    private boolean connect() {
        return settings.consul().layout().sidecars();
    }

    private StoreComparison compare(ToolRegistration row) {
        ComparedNode node = ComparedNode.of(row, catalog);
        CatalogInstance instance;
        CatalogInstance sidecar;
        try {
            instance = catalog.instance(row.nodeId()).orElse(null);
            sidecar = connect() ? catalog.sidecar(row.nodeId()).orElse(null) : null;
        } catch (RuntimeException e) {
            return StoreComparison.unknown(row, node, "Consul cannot be asked: " + e.getMessage());
        }
        return StoreComparison.of(row, node, instance, sidecar);
    }
}
