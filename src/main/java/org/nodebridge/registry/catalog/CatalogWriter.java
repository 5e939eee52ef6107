// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes changes to Consul, one transaction after the other, and says of each node what became of it.
 *
 * <p>Safe for many threads, and blocks: once Consul proves unavailable nothing more is begun, so that an outage holds
 * the caller for one call's time (fifteen seconds at most) and not for one a transaction. Never call it with a
 * database transaction open.
 */
@ApplicationScoped
public class CatalogWriter {

    private static final Logger log = LoggerFactory.getLogger(CatalogWriter.class);

    private final ServiceCatalog catalog;
    private final CatalogCircuit circuit;

    /** For the proxy only. */
    CatalogWriter() {
        this(null, null);
    }

    @Inject
    public CatalogWriter(ServiceCatalog catalog, CatalogCircuit circuit) {
        this.catalog = catalog;
        this.circuit = circuit;
    }

    /** How many changes fit into one transaction; does not ask Consul. */
    public int transactionSize() {
        return ofCatalog(ServiceCatalog::transactionSize);
    }

    /** How many calls of {@link #write} at once get the most done; does not ask Consul. */
    public int transactionsAtOnce() {
        return ofCatalog(ServiceCatalog::transactionsAtOnce);
    }

    private int ofCatalog(ToIntFunction<ServiceCatalog> question) {
        try {
            return question.applyAsInt(catalog);
        } catch (RuntimeException e) {
            return 1; // a setting cannot be used, as write will say
        }
    }

    /**
     * Makes the changes as far as Consul lets it. Throws nothing for what Consul does or fails to do.
     *
     * @param changes of one node at most one
     */
    public CatalogOutcome write(List<? extends CatalogChange> changes) {
        if (changes.isEmpty()) {
            return CatalogOutcome.NOTHING;
        }
        CatalogWrite write;
        try {
            write = new CatalogWrite(catalog, circuit, changes);
        } catch (RuntimeException e) {
            // a TLS file that cannot be used, for one: the health says so, and PostgreSQL goes on without Consul
            log.atWarn().addKeyValue("reason", e.getMessage()).log("Consul cannot be written to");
            Set<String> nodeIds = changes.stream().map(CatalogChange::nodeId).collect(Collectors.toSet());
            return new CatalogOutcome(Set.of(), Map.of(), nodeIds, e.getMessage());
        }
        return write.carryOut();
    }
}
