// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;

/** Compares one node's row with what Consul has of it now, by the rules of the comparison of all. */
@ApplicationScoped
public class StoreComparisons {

    @Inject
    private ServiceCatalog catalog;

    @Inject
    private ToolRegistrationRepository registrations;

    /**
     * Asks Consul, for five seconds at most; when it does not say, the answer is that. The two stores cannot be read at
     * one moment: where they differ the row is read again, and compared again when it has moved on meanwhile.
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

    private StoreComparison compare(ToolRegistration row) {
        ComparedNode node = ComparedNode.of(row, catalog);
        CatalogInstance instance;
        try {
            instance = catalog.instance(row.nodeId()).orElse(null);
        } catch (RuntimeException e) {
            return StoreComparison.unknown(row, node, "Consul cannot be asked: " + e.getMessage());
        }
        return StoreComparison.of(row, node, instance);
    }
}
