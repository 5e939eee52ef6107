// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.verdict;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.conflict.NodeConflictsRepository;
import org.nodebridge.registry.deadletter.OpenDeadLetters;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.DiscoveryView;
import org.nodebridge.registry.drift.CatalogCheck;
import org.nodebridge.registry.drift.DriftRepository;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.health.ComponentMonitor;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.health.FeatureHealth;
import org.nodebridge.registry.lease.PreservationHold;
import org.nodebridge.registry.lease.PreservationRepository;
import org.nodebridge.registry.reconcile.ReconciliationRepository;
import org.nodebridge.registry.store.RegistrationStatus;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.nodebridge.registry.verdict.VerdictFacts.NodesOfType;
import org.nodebridge.registry.verdict.VerdictFacts.Stores;

/** Gathers what a verdict is made of, once in two seconds however many ask. Safe from many threads. */
@ApplicationScoped
class Verdicts {

    private static final long KEPT_NANOS = Duration.ofSeconds(2).toNanos();
    private static final Duration REPAIRS_WITHIN = Duration.ofHours(1);

    @Inject
    private ComponentMonitor monitor;

    @Inject
    private ConsumerProgress progress;

    @Inject
    @Any
    private Instance<FeatureHealth> features;

    @Inject
    private DiscoveryView view;

    @Inject
    private DriftRepository drift;

    @Inject
    private ReconciliationRepository reconciliations;

    @Inject
    private PreservationRepository preservation;

    @Inject
    private NodeConflictsRepository conflicts;

    @Inject
    private OpenDeadLetters deadLetters;

    @Inject
    private StoreClock clock;

    @Inject
    private RegistrySettings settings;

    private DiscoveryVerdict last;
    private long lastAt;

    /** One caller gathers, and others wait for that instead of doing the same. */
    synchronized DiscoveryVerdict now() {
        if (last == null || System.nanoTime() - lastAt > KEPT_NANOS) {
            last = VerdictRules.of(facts(), Instant.now());
            lastAt = System.nanoTime();
        }
        return last;
    }

    private VerdictFacts facts() {
        Map<String, ComponentHealth> components = new LinkedHashMap<>();
        monitor.components().forEach(name -> components.put(name, monitor.health(name)));
        Map<String, ComponentHealth> unwell = new TreeMap<>();
        features.forEach(feature -> {
            ComponentHealth health = feature.health();
            if (health.state() != ComponentHealth.State.HEALTHY) {
                unwell.put(feature.feature(), health);
            }
        });
        return new VerdictFacts(
                components, unwell, settings.maxClockSkew(), progress.heldByOthers(),
                view.lastKnown().map(known -> counted(known.table().nodes())), stores(), deadLetters.count());
    }

    static List<NodesOfType> counted(List<DiscoveredNode> nodes) {
        Map<String, int[]> counts = new TreeMap<>();
        for (DiscoveredNode node : nodes) {
            if (node.status() == RegistrationStatus.DRAINING) {
                continue;
            }
            int[] of = counts.computeIfAbsent(node.nodeType(), type -> new int[4]);
            of[0]++;
            if (node.status() == RegistrationStatus.SUSPECT) {
                of[1]++;
            } else if (node.check() == CheckStatus.CRITICAL) {
                of[2]++;
            }
            of[3] += node.callable() ? 0 : 1;
        }
        return counts.entrySet().stream()
                .map(each -> new NodesOfType(
                        each.getKey(), each.getValue()[0], each.getValue()[1], each.getValue()[2], each.getValue()[3]))
                .toList();
    }

    /** Not at all while PostgreSQL is known not to answer: no request must wait for that. */
    private Optional<Stores> stores() {
        if (!monitor.doesItsWork("postgres")) {
            return Optional.empty();
        }
        try {
            Map<String, Long> found = new LinkedHashMap<>();
            drift.counts().forEach((kind, nodes) -> found.put(kind.wireName(), nodes));
            CatalogCheck check = drift.lastCheck().orElse(null);
            return Optional.of(new Stores(
                    found,
                    check == null ? null : Duration.between(check.checkedAt(), clock.now()),
                    check == null ? 0 : check.nodes(),
                    reconciliations.repairsWithin(REPAIRS_WITHIN),
                    preservation.shownHolds().stream().mapToInt(PreservationHold::held).sum(),
                    preservation.lastLook().map(PreservationRepository.Look::blocked).orElse(null),
                    conflicts.count()));
        } catch (StoreException e) {
            return Optional.empty();
        }
    }
}
