// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.nodebridge.registry.drift.CatalogCheck;
import org.nodebridge.registry.drift.Drift;
import org.nodebridge.registry.drift.Drift.Action;
import org.nodebridge.registry.drift.DriftView;
import org.nodebridge.registry.reconcile.RepairStep.State;

/**
 * What a comparison has found and done.
 *
 * @param dryRun whether it changed nothing, so that what is said is what would be done
 * @param nodes how many rows Consul should have
 * @param entries how many entries with our owner mark Consul had
 * @param found how many of each kind; every kind is in it
 * @param repaired entries registered or written over
 * @param deleted entries removed
 * @param held entries that would be removed, but were not
 * @param failed what could not be done, each with its reason in the list
 * @param deletionsBlocked why entries of nodes without a row may not be removed; absent when they may
 * @param driftOmitted how many are left out of the list because it is too long; absent when none is
 */
record ReconciliationReport(
        Instant startedAt, long durationMs, String replica, boolean dryRun, long nodes, long entries,
        Map<String, Long> found, long repaired, long deleted, long held, long failed, String deletionsBlocked,
        Integer driftOmitted, List<DriftView> drift) {

    private static final int LONGEST_LIST = 1_000;

    static ReconciliationReport of(Instant startedAt, Instant now, CatalogCheck check, List<RepairStep> steps,
            String ourConsulNode) {
        int omitted = Math.max(0, steps.size() - LONGEST_LIST);
        return new ReconciliationReport(
                startedAt, Duration.between(startedAt, now).toMillis(), check.replica(), check.dryRun(), check.nodes(),
                check.entries(), found(steps),
                count(steps, step -> step.state() == State.DONE && step.action() != Action.DEREGISTER),
                count(steps, step -> step.state() == State.DONE && step.action() == Action.DEREGISTER),
                count(steps, step -> step.action() == Action.HELD),
                count(steps, step -> step.state() == State.FAILED),
                check.deletionsBlocked(), omitted == 0 ? null : omitted,
                steps.stream().limit(LONGEST_LIST).map(step -> DriftView.of(step.drift(ourConsulNode), now)).toList());
    }

    private static long count(List<RepairStep> steps, Predicate<RepairStep> which) {
        return steps.stream().filter(which).count();
    }

    private static Map<String, Long> found(List<RepairStep> steps) {
        Map<String, Long> found = new LinkedHashMap<>();
        for (Drift.Kind kind : Drift.Kind.values()) {
            found.put(kind.wireName(), steps.stream().filter(step -> step.finding().kind() == kind).count());
        }
        return found;
    }

    /** Whether the two stores disagreed anywhere. */
    boolean foundAny() {
        return !drift.isEmpty();
    }

    /** Whether it says nothing that the other one has not said. */
    boolean repeats(ReconciliationReport earlier) {
        boolean idle = repaired + deleted + failed == 0;
        return earlier != null && idle && held == earlier.held && found.equals(earlier.found);
    }
}
