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
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.cluster.ThisReplica;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.CatalogCheck;
import org.nodebridge.registry.store.ComparedRowsRepository;
import org.nodebridge.registry.store.Drift;
import org.nodebridge.registry.store.DriftRepository;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.nodebridge.registry.store.TopicReplayRepository;

/** One comparison of all of PostgreSQL with all of Consul, and the repair of what is wrong. For the leader only. */
@ApplicationScoped
class Pass {

    private static final int PAGE = 1_000;

    @Inject
    private RegistrySettings settings;

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

    /**
     * Compares, repairs unless it is a dry run, and takes down what is left.
     *
     * @param quietSince since when this replica leads and no replay has written
     * @param nextPassAt when the schedule's next comparison is due
     * @throws LostLeadershipException when another replica leads by now
     * @throws org.nodebridge.registry.store.StoreException when PostgreSQL is away
     * @throws RuntimeException of Consul's, when it cannot be read
     */
    Report run(boolean dryRun, long token, Instant quietSince, Instant nextPassAt) {
        Instant startedAt = Instant.now();
        Map<String, ComparedNode> rows = rows();
        Map<String, CatalogInstance> entries = catalog.instances();
        List<CatalogInstance> strays = catalog.strays();
        Instant now = Instant.now();
        Comparison comparison = new Comparison(rows, entries, strays, settings.reconcile().pendingLimit(), now);
        List<Finding> findings = comparison.confirmed(again(comparison.suspects()));

        DeletionSafety safety = new DeletionSafety(
                progress.caughtUpAt().orElse(null), progress.readUpTo().orElse(null), quietSince,
                replays.writing(), !registrations.registeredNodeIds(1).isEmpty(), settings.reconcile(), now);
        int allEntries = entries.size() + strays.size();
        List<Step> steps = new Plan(safety, drift.since(), ourConsulNode(), entries.keySet())
                .steps(findings, settings.reconcile().mostDeletions(allEntries));

        List<Step> outcome = dryRun ? steps : repair.carryOut(steps, token);
        Hold blocked = safety.holdsRowless().orElse(null);
        long nodes = rows.values().stream().filter(ComparedNode::discoverable).count();
        CatalogCheck check = new CatalogCheck(
                now, replica.id(), dryRun, nextPassAt, nodes, allEntries, blocked == null ? null : blocked.wireName());
        List<Drift> left = outcome.stream().filter(Step::stays).map(step -> step.drift(ourConsulNode())).toList();
        if (!drift.note(left, check, token)) {
            throw new LostLeadershipException();
        }
        Report report = Report.of(startedAt, check, outcome, ourConsulNode());
        metrics.catalogDeletions(report.deleted());
        return report;
    }

    private Map<String, ComparedNode> rows() {
        Map<String, ComparedNode> rows = new HashMap<>();
        String after = "";
        List<ToolRegistration> page;
        do {
            page = compared.comparable(after, PAGE);
            page.forEach(row -> rows.put(row.nodeId(), ComparedNode.of(row, settings)));
            after = page.isEmpty() ? after : page.get(page.size() - 1).nodeId();
        } while (page.size() == PAGE);
        return rows;
    }

    private Map<String, ComparedNode> again(Set<String> nodeIds) {
        Map<String, ComparedNode> rows = new HashMap<>();
        List<String> ids = new ArrayList<>(nodeIds);
        for (int from = 0; from < ids.size(); from += PAGE) {
            registrations.findAll(ids.subList(from, Math.min(from + PAGE, ids.size())))
                    .forEach(row -> rows.put(row.nodeId(), ComparedNode.of(row, settings)));
        }
        return rows;
    }

    private String ourConsulNode() {
        return settings.consul().mode() == ConsulSettings.Mode.CATALOG ? settings.consul().nodeName() : "";
    }
}
