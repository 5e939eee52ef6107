package org.nodebridge.registry.registration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.CatalogWriter;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.RegistrationBatch;

/**
 * Writes events to Consul while PostgreSQL is away, so that discovery goes on, and remembers which nodes, so that
 * PostgreSQL's word replaces them when it is back. What is remembered dies with the process; the events do not, because
 * they are not acknowledged until PostgreSQL has them.
 */
@ApplicationScoped
public class WriteAhead {

    private final Set<String> written = ConcurrentHashMap.newKeySet();
    private final CatalogWriter catalog;
    private final RegistryMetrics metrics;

    @Inject
    public WriteAhead(CatalogWriter catalog, RegistryMetrics metrics) {
        this.catalog = catalog;
        this.metrics = metrics;
    }

    WriteAhead() {
        this(null, null); // for the client proxy
    }

    /** Writes introductions and departures; what was written before in this outage is not written again. */
    CatalogOutcome write(RegistrationBatch batch) {
        List<CatalogChange> changes = new ArrayList<>();
        batch.introductions().stream()
                .map(event -> new CatalogChange.Register(event.node(), event.version(), CheckStatus.PASSING))
                .forEach(changes::add);
        batch.departures().stream()
                .map(event -> new CatalogChange.Deregister(event.nodeId()))
                .forEach(changes::add);
        if (changes.isEmpty()) {
            return CatalogOutcome.NOTHING;
        }
        CatalogOutcome outcome = catalog.write(changes);
        written.addAll(outcome.applied());
        metrics.consulWrites(outcome.applied().size(), outcome.refused().size(), outcome.unavailable().size());
        return outcome;
    }

    /** Takes out those of the nodes that were written ahead. */
    Set<String> take(Collection<String> nodeIds) {
        if (written.isEmpty()) {
            return Set.of();
        }
        Set<String> taken = new HashSet<>(nodeIds);
        taken.retainAll(written);
        written.removeAll(taken);
        return taken;
    }
}
