// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.drift.Drift;
import org.nodebridge.registry.drift.Drift.Action;
import org.nodebridge.registry.drift.Drift.Kind;
import org.nodebridge.registry.drift.Finding;

/**
 * Decides what is done about each finding. Writing an entry is safe and never held; removing one is, and the number of
 * removals in one run is bounded, the longest known first.
 */
public final class RepairPlan {

    private final DeletionSafety safety;
    private final Map<Drift.Key, Instant> known;
    private final String ourConsulNode;
    private final Set<String> present;

    /**
     * @param known since when what earlier passes have found is known
     * @param present the nodes that have an entry under our Consul node
     */
    public RepairPlan(DeletionSafety safety, Map<Drift.Key, Instant> known, String ourConsulNode, Set<String> present) {
        this.safety = safety;
        this.known = known;
        this.ourConsulNode = ourConsulNode;
        this.present = present;
    }

    /** One step for each finding. */
    public List<RepairStep> steps(List<Finding> findings, int mostDeletions) {
        Set<String> written = new HashSet<>(present);
        findings.stream().filter(finding -> finding.kind() == Kind.MISSING).map(Finding::nodeId).forEach(written::add);
        List<RepairStep> steps = new ArrayList<>();
        int deletions = 0;
        for (Finding finding : byAge(findings)) {
            RepairStep step = step(finding, written);
            if (step.action() == Action.DEREGISTER && ++deletions > mostDeletions) {
                step = step.held(RemovalHold.DELETION_CAP);
            }
            steps.add(step);
        }
        return steps;
    }

    /** A proxy before its node's own entry: without that the agent says that the proxy is passing. */
    private List<Finding> byAge(List<Finding> findings) {
        return findings.stream()
                .sorted(Comparator.comparing(this::since)
                        .thenComparing(Finding::nodeId)
                        .thenComparing(finding -> finding.instance() == null || !finding.instance().sidecar()))
                .toList();
    }

    private RepairStep step(Finding finding, Set<String> written) {
        Instant since = since(finding);
        return switch (finding.kind()) {
            case MISSING -> new RepairStep(finding, since, Action.REGISTER, null);
            case DIFFERENT -> new RepairStep(finding, since, Action.REWRITE, null);
            case PENDING -> finding.node().refusal() == null
                    ? new RepairStep(finding, since, Action.WAIT,
                            "Consul has not confirmed it yet; it is written again")
                    : new RepairStep(finding, since, Action.NONE, finding.node().refusal());
            case FOREIGN -> new RepairStep(
                    finding, since, Action.NONE, ServiceCatalog.FOREIGN + finding.fields().get(0).actual());
            case EXTRA -> {
                RepairStep deregister = new RepairStep(finding, since, Action.DEREGISTER, reason(finding));
                if (isOnlyEntry(finding, written)) {
                    yield deregister.held(RemovalHold.OWN_ENTRY_NOT_WRITTEN);
                }
                yield safety.holds(finding, since).map(deregister::held).orElse(deregister);
            }
        };
    }

    /** A node that cannot be found elsewhere is better found under another Consul node or id than not at all. */
    private static boolean isOnlyEntry(Finding extra, Set<String> written) {
        boolean wanted = !extra.rowless() && (extra.node().discoverable() || extra.node().refusal() != null);
        return extra.stray() && wanted && !written.contains(extra.nodeId());
    }

    private static String reason(Finding extra) {
        if (extra.instance().sidecar()) {
            return "no node of ours has this sidecar proxy here";
        }
        if (extra.stray()) {
            return extra.instance().misplaced()
                    ? "it stands under another service id than the node's"
                    : "it stands under another Consul node than ours";
        }
        return extra.rowless() ? "PostgreSQL has no such node" : "the node is not to be found";
    }

    private Instant since(Finding finding) {
        Instant before = known.get(finding.key(ourConsulNode));
        if (before != null) { // one that has not come yet is of a clock that has been set back since
            return before.isAfter(safety.now()) ? safety.now() : before;
        }
        return finding.kind() == Kind.PENDING ? finding.node().updatedAt() : safety.now();
    }
}
