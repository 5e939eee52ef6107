package org.nodebridge.registry.registration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.CatalogWriter;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.CatalogDebtRepository;
import org.nodebridge.registry.store.StoreException;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings rows to Consul and notes in PostgreSQL what Consul said. What is written is read from the rows, so that it is
 * what PostgreSQL holds now and not what an event once said. Not to be called in a transaction.
 */
@ApplicationScoped
public class CatalogApplication {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogApplication.class);

    private final CatalogWriter catalog;
    private final CatalogDebtRepository debt;
    private final ToolRegistrationRepository registrations;
    private final RegistryMetrics metrics;

    @Inject
    public CatalogApplication(
            CatalogWriter catalog,
            CatalogDebtRepository debt,
            ToolRegistrationRepository registrations,
            RegistryMetrics metrics) {
        this.catalog = catalog;
        this.debt = debt;
        this.registrations = registrations;
        this.metrics = metrics;
    }

    CatalogApplication() {
        this(null, null, null, null); // for the client proxy
    }

    /**
     * Applies the rows of these nodes to Consul.
     *
     * @return what Consul said; empty when PostgreSQL could not be asked for the rows
     */
    public CatalogOutcome apply(Collection<String> nodeIds) {
        try {
            return applyRows(registrations.findAll(nodeIds));
        } catch (StoreException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("Consul is owed rows that cannot be read now");
            return new CatalogOutcome(Set.of(), Map.of(), Set.copyOf(nodeIds), e.getMessage());
        }
    }

    /** Applies these rows to Consul and notes what it confirmed and what it refused. */
    public CatalogOutcome applyRows(List<ToolRegistration> rows) {
        Map<String, Long> revisions = rows.stream()
                .collect(Collectors.toMap(ToolRegistration::nodeId, ToolRegistration::revision));
        List<CatalogChange> changes = new ArrayList<>();
        rows.forEach(row -> changes.add(change(row)));
        CatalogOutcome outcome = catalog.write(changes);
        metrics.consulWrites(outcome.applied().size(), outcome.refused().size(), outcome.unavailable().size());
        note(outcome, revisions);
        return outcome;
    }

    private void note(CatalogOutcome outcome, Map<String, Long> revisions) {
        Map<String, Long> confirmed = outcome.applied().stream()
                .collect(Collectors.toMap(Function.identity(), revisions::get, (a, b) -> a, LinkedHashMap::new));
        try {
            debt.confirm(confirmed);
            debt.refuse(outcome.refused(), revisions);
        } catch (StoreException e) {
            LOG.atWarn().addKeyValue("nodes", confirmed.size()).addKeyValue("reason", e.getMessage())
                    .log("Consul has confirmed nodes that PostgreSQL cannot note; they will be written again");
        }
        outcome.refused().forEach((nodeId, reason) -> LOG.atWarn().addKeyValue("node", nodeId)
                .addKeyValue("reason", reason).log("Consul refuses a node"));
    }

    /** What is to become true in Consul, by the row. */
    public static CatalogChange change(ToolRegistration row) {
        return row.status().discoverable()
                ? new CatalogChange.Register(
                        row.description(), row.contentVersion(), CheckStatus.valueOf(
                                row.checkStatus().toUpperCase(java.util.Locale.ROOT)))
                : new CatalogChange.Deregister(row.nodeId());
    }
}
