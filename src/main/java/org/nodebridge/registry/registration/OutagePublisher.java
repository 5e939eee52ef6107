// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nodebridge.registry.catalog.CatalogChange.Deregister;
import org.nodebridge.registry.catalog.CatalogChange.Register;
import org.nodebridge.registry.catalog.CatalogException;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.EntryDecisions;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.WeightSettings;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.registration.CatalogQueue.Entry;
import org.nodebridge.registry.store.RegistrationBatch;

/**
 * Writes events to Consul while PostgreSQL is unavailable, so that discovery goes on, and remembers which nodes, so
 * that PostgreSQL's state replaces them when it is back. What is remembered dies with the process; the events do not,
 * because they are not acknowledged until PostgreSQL has them.
 */
@ApplicationScoped
public class OutagePublisher {

    private final Map<String, EventVersion> written = new ConcurrentHashMap<>();

    /** {@code null} while PostgreSQL has not said, as after a start during its outage. */
    private volatile Map<String, String> cordons;

    @Inject
    private ConsulPublisher publisher;

    @Inject
    private ServiceCatalog catalog;

    @Inject
    private RegistrySettings settings;

    /**
     * Writes introspection events and departures and waits for Consul, but for those that are no newer than what was
     * written ahead before.
     */
    CatalogOutcome write(RegistrationBatch batch) {
        Map<String, EventVersion> versions = new HashMap<>();
        List<Entry> changes = new ArrayList<>();
        List<Introduced> introduced = batch.introductions().stream()
                .filter(event -> news(event.nodeId(), event.version()))
                .toList();
        Map<String, EntryDecisions> decisions;
        try {
            decisions = decisions(introduced.stream().map(Introduced::nodeId).toList());
        } catch (CatalogException e) {
            Set<String> nodeIds = new HashSet<>();
            introduced.forEach(event -> nodeIds.add(event.nodeId()));
            batch.departures().forEach(event -> nodeIds.add(event.nodeId()));
            return new CatalogOutcome(Set.of(), Map.of(), nodeIds, e.getMessage());
        }
        introduced.forEach(event -> {
            versions.put(event.nodeId(), event.version());
            changes.add(new Entry(register(event, decisions.get(event.nodeId())), null));
        });
        batch.departures().stream().filter(event -> news(event.nodeId(), event.version())).forEach(event -> {
            versions.put(event.nodeId(), event.version());
            changes.add(new Entry(new Deregister(event.nodeId()), null));
        });
        if (changes.isEmpty()) {
            return CatalogOutcome.NOTHING; // all of it written before, or of no concern to Consul
        }
        CatalogOutcome outcome =
                CatalogWait.outcome(publisher.put(changes), changes.stream().map(Entry::nodeId).toList());
        outcome.applied().forEach(nodeId -> written.put(nodeId, versions.get(nodeId)));
        return outcome;
    }

    /**
     * Keeps which nodes were cordoned when PostgreSQL last said so: what they announce while it is unavailable does not
     * end that.
     *
     * @param reasons by node id
     */
    public void keepCordons(Map<String, String> reasons) {
        cordons = Map.copyOf(reasons);
    }

    /**
     * What PostgreSQL would add to what the nodes say, as Consul has it: their weights, and their cordons where this
     * replica has not heard of these.
     */
    private Map<String, EntryDecisions> decisions(List<String> nodeIds) {
        boolean needed = cordons == null || settings.consul().layout().weights().byLoad();
        return needed && !nodeIds.isEmpty() ? catalog.decisions(nodeIds) : Map.of();
    }

    /** @param shown {@code null} where Consul has not been asked, or has no entry */
    private Register register(Introduced event, EntryDecisions shown) {
        EntryDecisions decisions = shown == null ? first() : shown;
        Map<String, String> known = cordons;
        String reason = known == null ? decisions.cordon() : known.get(event.nodeId());
        Register change = reason == null
                ? new Register(event.node(), event.version(), CheckStatus.PASSING)
                : Register.cordoned(event.node(), event.version(), reason);
        return change.with(decisions.weights());
    }

    private EntryDecisions first() {
        boolean weighed = settings.consul().layout().weights().byLoad();
        return new EntryDecisions(null, ServiceWeights.ofStep(weighed ? WeightSettings.AVERAGE_STEP : null));
    }

    /** Takes out those of the nodes that were written ahead. */
    Set<String> take(Collection<String> nodeIds) {
        if (written.isEmpty()) {
            return Set.of();
        }
        Set<String> taken = new HashSet<>(nodeIds);
        taken.retainAll(written.keySet());
        written.keySet().removeAll(taken);
        return taken;
    }

    private boolean news(String nodeId, EventVersion version) {
        EventVersion before = written.get(nodeId);
        return before == null || version.supersedes(before);
    }
}
