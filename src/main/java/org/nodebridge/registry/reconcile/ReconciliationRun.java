// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogInstances;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.cluster.ThisReplica;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.drift.CatalogCheck;
import org.nodebridge.registry.drift.ComparedNode;
import org.nodebridge.registry.drift.ComparedRowsRepository;
import org.nodebridge.registry.drift.Comparison;
import org.nodebridge.registry.drift.Drift;
import org.nodebridge.registry.drift.DriftRepository;
import org.nodebridge.registry.drift.Finding;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.replay.TopicReplayRepository;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.nodebridge.registry.store.jdbc.StoreClock;

/** One comparison of all of PostgreSQL with all of Consul, and the repair of what is wrong. For the leader only. */
@ApplicationScoped
class ReconciliationRun {

    private static final int PAGE = 1_000;

    /** Rows between two pauses: some ten milliseconds' work, about as much as a request may find in its way. */
    private static final int STEP = 100;

    @Inject
    private RegistrySettings settings;

    @Inject
    private StoreClock clock;

    @Inject
    private ComparedRowsRepository compared;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private ServiceCatalog catalog;

    @Inject
    private DriftRepository drift;

    @Inject
    private TopicReplayRepository replays;

    @Inject
    private Repair repair;

    @Inject
    private ConsumerProgress progress;

    @Inject
    private ThisReplica replica;

    @Inject
    private RegistryMetrics metrics;

    @Inject
    private NotesOfDead notesOfDead;

    /**
     * Compares, repairs unless it is a dry run, and takes down what is left.
     *
     * @param quietSince since when this replica leads and no replay has written
     * @param nextPassAt when the schedule's next comparison is due
     * @param pace of the comparison
     * @throws LostLeadershipException when another replica leads by now
     * @throws org.nodebridge.registry.store.jdbc.StoreException when PostgreSQL is unavailable
     * @throws RuntimeException of Consul's, when it cannot be read
     */
    public ReconciliationReport run(boolean dryRun, long token, Instant quietSince, Instant nextPassAt,
            SweepInterval pace) {
        Instant startedAt = clock.now();
        Comparison comparison = new Comparison(settings.reconcile().pendingLimit(), startedAt);
        takeRows(comparison, pace);
        CatalogInstances entries = catalog.instances(comparison::agrees);
        List<CatalogInstance> strays = new ArrayList<>(catalog.strays());
        strays.addAll(entries.misplaced());
        List<Finding> findings = confirmed(comparison, comparison.suspects(
                entries, strays, catalog.otherInstallations().dead().keySet()));
        Instant now = clock.now();

        DeletionSafety safety = new DeletionSafety(
                progress.caughtUpAt().orElse(null), progress.readUpTo().orElse(null), quietSince,
                replays.outstanding(), !entries.foreign().isEmpty() || !catalog.otherInstallations().known().isEmpty(),
                registrations.anyRegistered(),
                settings.reconcile(),
                now);
        int allEntries = entries.nodeIds().size() + strays.size(); // of sidecar proxies there are more
        int removable = allEntries + entries.sidecars().nodeIds().size();
        List<RepairStep> steps = new RepairPlan(safety, drift.since(), catalog.place(), entries.nodeIds())
                .steps(findings, settings.reconcile().mostDeletions(removable));

        List<RepairStep> outcome = dryRun ? steps : repair.carryOut(steps, token);
        RemovalHold blocked = safety.holdsRowless().orElse(null);
        CatalogCheck check = new CatalogCheck(
                now, replica.id(), dryRun, nextPassAt, comparison.discoverable(), allEntries,
                blocked == null ? null : blocked.wireName());
        List<Drift> left = outcome.stream().filter(RepairStep::stays).map(step -> step.drift(catalog.place())).toList();
        if (!drift.note(left, check, entries.others(), token)) {
            throw new LostLeadershipException();
        }
        ReconciliationReport report = ReconciliationReport.of(startedAt, clock.now(), check, outcome, catalog.place());
        metrics.catalogDeletions(report.deleted());
        if (!dryRun) {
            notesOfDead.removeUnused(entries.others().keySet());
        }
        return report;
    }

    private void takeRows(Comparison comparison, SweepInterval pace) {
        String after = null;
        List<ToolRegistration> page;
        do {
            page = compared.comparable(after, STEP);
            page.forEach(row -> comparison.take(ComparedNode.of(row, catalog)));
            after = page.isEmpty() ? after : page.get(page.size() - 1).nodeId();
            pace.pause();
        } while (!page.isEmpty());
    }

    private List<Finding> confirmed(Comparison comparison, Set<String> suspects) {
        List<Finding> findings = new ArrayList<>();
        List<String> ids = List.copyOf(suspects);
        for (int from = 0; from < ids.size(); from += PAGE) {
            List<String> page = ids.subList(from, Math.min(from + PAGE, ids.size()));
            Map<String, ComparedNode> again = new HashMap<>();
            registrations
                    .findAll(page, row -> ComparedNode.of(row, catalog))
                    .forEach(node -> again.put(node.nodeId(), node));
            findings.addAll(comparison.confirmed(page, again));
        }
        return findings;
    }
}
