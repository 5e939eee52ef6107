// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nodebridge.registry.catalog.CatalogException;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.drift.ComparedRowsRepository;
import org.nodebridge.registry.drift.Drift.Action;
import org.nodebridge.registry.metrics.DriftMetrics;
import org.nodebridge.registry.reconcile.RepairStep.State;
import org.nodebridge.registry.registration.ConsulPublisher;
import org.nodebridge.registry.registration.PendingWrites;
import org.nodebridge.registry.store.RegistrationBatchRepository;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.nodebridge.registry.store.jdbc.RefusedRows;

/**
 * Does what a plan says, as the leader. What has a row is made pending, in a statement that checks the leader's token,
 * and then written as any change is. Only what has none, or stands elsewhere, is removed from Consul directly: on the
 * condition that it is still what was read, and only while this replica leads for longer than the call can take.
 */
@ApplicationScoped
public class Repair {

    private static final int BATCH = 500;
    private static final String REFUSED = "PostgreSQL refuses to change the node's row";
    private static final String LOCKED = "another session of PostgreSQL has locked the node's row";
    private static final Duration MARGIN = Duration.ofSeconds(1);

    @Inject
    private ComparedRowsRepository compared;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private PendingWrites pendingWrites;

    @Inject
    private RegistrationBatchRepository rows;

    @Inject
    private RefusedRows refused;

    @Inject
    private ConsulPublisher publisher;

    @Inject
    private ServiceCatalog catalog;

    @Inject
    private Leadership leadership;

    @Inject
    private DriftMetrics drift;

    /**
     * Does the steps that say so.
     *
     * @return the same steps with what has become of them
     * @throws LostLeadershipException when another replica leads by now
     */
    public List<RepairStep> carryOut(List<RepairStep> steps, long token) {
        IdentityHashMap<RepairStep, RepairStep> outcome = new IdentityHashMap<>();
        writeRows(steps.stream().filter(RepairStep::byRow).toList(), token, outcome);
        // never the last entry by which a node can be found
        Set<String> unwritten = outcome.values().stream()
                .filter(step -> step.state() == State.FAILED)
                .map(step -> step.finding().nodeId())
                .collect(Collectors.toSet());
        List<RepairStep> removals = new ArrayList<>();
        for (RepairStep step : steps.stream().filter(RepairStep::byRemoval).toList()) {
            if (unwritten.contains(step.finding().nodeId())) {
                outcome.put(step, step.held(RemovalHold.OWN_ENTRY_NOT_WRITTEN));
            } else {
                removals.add(step);
            }
        }
        remove(removals, token, outcome);
        return steps.stream().map(step -> outcome.getOrDefault(step, step)).toList();
    }

    private void writeRows(List<RepairStep> steps, long token, IdentityHashMap<RepairStep, RepairStep> outcome) {
        String outage = null;
        for (List<RepairStep> batch : batches(steps, BATCH)) {
            if (outage == null) {
                outage = writeBatch(batch, token, outcome);
            } else {
                fail(batch, outage, outcome);
            }
        }
    }

    /** Why Consul cannot be written to, or {@code null}. */
    private String writeBatch(List<RepairStep> batch, long token, IdentityHashMap<RepairStep, RepairStep> outcome) {
        Set<String> locked = new HashSet<>();
        Set<String> marked = new HashSet<>(refused.withoutLocked(
                "repair", batch, step -> step.finding().nodeId(), some -> markPending(some, token), nodeIds -> {
                    locked.addAll(rows.locked(nodeIds));
                    return locked;
                }));
        Set<String> kept = refused.lately();
        CatalogOutcome written = marked.isEmpty() ? CatalogOutcome.NOTHING : publisher.apply(marked);
        for (RepairStep step : batch) {
            String nodeId = step.finding().nodeId();
            String reason = written.reasonFor(nodeId);
            RepairStep tried = reason == null ? step.done() : step.failed(reason);
            RepairStep unlocked = kept.contains(nodeId) ? step.failed(REFUSED) : step.moot();
            RepairStep untried = locked.contains(nodeId) ? step.failed(LOCKED) : unlocked;
            outcome.put(step, marked.contains(nodeId) ? tried : untried);
        }
        count(batch.stream().map(outcome::get).filter(step -> step.state() == State.DONE).toList());
        return written.unavailableReason();
    }

    /** The row of a node that has left removes its entry. */
    private void count(List<RepairStep> done) {
        long removed = done.stream().filter(step -> step.action() == Action.DEREGISTER).count();
        drift.registered(done.size() - removed);
        drift.deregistered(removed);
    }

    private Set<String> markPending(List<RepairStep> steps, long token) {
        Map<String, Long> revisions = new HashMap<>();
        steps.forEach(step -> revisions.put(step.finding().nodeId(), step.finding().node().revision()));
        return compared.markPending(revisions, token).orElseThrow(LostLeadershipException::new);
    }

    private void remove(List<RepairStep> steps, long token, IdentityHashMap<RepairStep, RepairStep> outcome) {
        String outage = null;
        for (List<RepairStep> batch : batches(steps, catalog.transactionSize())) {
            if (outage == null) {
                outage = removeBatch(batch, token, outcome);
            } else {
                fail(batch, outage, outcome);
            }
        }
    }

    /** Why Consul could not be asked, or {@code null}. */
    private String removeBatch(List<RepairStep> batch, long token, IdentityHashMap<RepairStep, RepairStep> outcome) {
        Set<String> known = known(batch);
        Map<CatalogInstance, RepairStep> removals = new HashMap<>();
        for (RepairStep step : batch) {
            if (step.finding().rowless() && known.contains(step.finding().nodeId())) {
                outcome.put(step, step.moot());
            } else {
                removals.put(step.finding().instance(), step);
            }
        }
        if (removals.isEmpty()) {
            return null;
        }
        if (!leadership.leadsFor(token, catalog.longestRemoval().plus(MARGIN))) {
            removals.values().forEach(step -> outcome.put(step, step.held(RemovalHold.NOT_LEADING)));
            return null;
        }
        String outage = null;
        try {
            Map<CatalogInstance, String> left = catalog.remove(List.copyOf(removals.keySet()));
            removals.forEach((instance, step) -> outcome.put(
                    step, left.containsKey(instance) ? step.failed(left.get(instance)) : step.done()));
            drift.deregistered(removals.size() - left.size());
        } catch (CatalogException e) {
            outage = "Consul has not said what became of it: " + e;
            fail(removals.values(), outage, outcome);
        }
        writeBackWhatCameMeanwhile(batch, known);
        return outage;
    }

    private static void fail(Collection<RepairStep> steps, String reason,
            IdentityHashMap<RepairStep, RepairStep> outcome) {
        steps.forEach(step -> outcome.put(step, step.failed(reason)));
    }

    /** A node that registered just now may have found its entry there, the same, and lost it to us. */
    private void writeBackWhatCameMeanwhile(List<RepairStep> batch, Set<String> knownBefore) {
        Set<String> came = new HashSet<>(known(batch));
        came.removeAll(knownBefore);
        if (!came.isEmpty()) {
            pendingWrites.markPending(came);
            publisher.apply(came);
        }
    }

    private Set<String> known(List<RepairStep> steps) {
        List<String> nodeIds = steps.stream().map(step -> step.finding().nodeId()).distinct().toList();
        return registrations.known(nodeIds);
    }

    private static List<List<RepairStep>> batches(List<RepairStep> steps, int size) {
        List<List<RepairStep>> batches = new ArrayList<>();
        for (int from = 0; from < steps.size(); from += size) {
            batches.add(steps.subList(from, Math.min(from + size, steps.size())));
        }
        return batches;
    }
}
