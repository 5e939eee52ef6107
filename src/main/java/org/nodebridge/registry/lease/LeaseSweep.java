// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nodebridge.registry.cluster.ThisReplica;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.lease.probe.HealthProbes;
import org.nodebridge.registry.lease.probe.ProbeResult;
import org.nodebridge.registry.lease.probe.ProbeTarget;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.ConsulPublisher;
import org.nodebridge.registry.store.jdbc.RefusedRows;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's look at the leases, step by step. What changes goes to PostgreSQL, where the leader's token is checked,
 * and then to Consul, as any change does. Of one thread at a time.
 */
@ApplicationScoped
class LeaseSweep {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseSweep.class);

    private static final ProbeResult NOT_HTTP =
            new ProbeResult(ProbeResult.Outcome.INVALID, "the health endpoint is not http or https");

    private static final int ROWS_IN_A_STATEMENT = 500;

    /** More than one registry is to serve. */
    private static final int MOST_NODES = 1_000_000;

    @Inject
    LeaseRepository leases;

    @Inject
    private StoreClock clock;

    @Inject
    private PreservationRepository preservation;

    @Inject
    private HealthProbes probes;

    @Inject
    private ConsulPublisher catalog;

    @Inject
    private RegistrySettings settings;

    @Inject
    private ThisReplica replica;

    @Inject
    private RegistryMetrics metrics;

    @Inject
    RefusedRows refused;

    /** Lets checks that have been quiet for long enough be what they are to be. */
    void undamp(long token) {
        List<String> quiet = leases.quiet(refused.lately(), ROWS_IN_A_STATEMENT);
        publish(changed("undamp", quiet, some -> leases.undamp(some, token)));
    }

    /**
     * Probes as many nodes as are probed at once, and records the results. It takes little more than the timeout of one
     * probe.
     *
     * @return whether more may be due
     */
    boolean probe(Duration grace, long token) {
        int portion = settings.probes().concurrency();
        List<String> due = leases.probesDue(grace, refused.lately(), portion);
        List<ProbedNode> claimed = refused.without("claim_probe", due, Function.identity(),
                some -> leases.claimProbes(some, grace, settings.probes().intervals()));
        leaveOutOthers(due, claimed.stream().map(ProbedNode::nodeId).toList(), token);
        Map<String, URI> targets = new LinkedHashMap<>();
        List<ProbeOutcome> outcomes = new ArrayList<>();
        for (ProbedNode node : claimed) {
            ProbeTarget.of(node.nodeType(), node.healthEndpoint(), settings.probes()).ifPresentOrElse(
                    target -> targets.put(node.nodeId(), target),
                    () -> outcomes.add(outcome(node.nodeId(), NOT_HTTP)));
        }
        probes.all(targets).forEach((nodeId, result) -> outcomes.add(outcome(nodeId, result)));
        for (List<ProbeOutcome> some : inParts(outcomes)) {
            publish(refused.without(
                    "probe", some, ProbeOutcome::nodeId, outcomesOf -> leases.probed(outcomesOf, token)));
        }
        return due.size() == portion;
    }

    private static ProbeOutcome outcome(String nodeId, ProbeResult result) {
        return new ProbeOutcome(nodeId, result.alive(), result.judged(), result.outcome().wireName(), result.detail());
    }

    /** Decides about nodes whose lease has ended or whose probes fail. */
    void decide(Duration grace, long token) {
        List<PreservationHold> before = preservation.holds();
        List<Cohort> cohorts = leases.cohorts(settings.preservation().window());
        ExpiryPlan plan = new ExpiryPlan(
                settings.preservation(), settings.probes().failures(), settings.leases().suspectTime(),
                clock.now())
                .decide(fallen(grace), cohorts, before);
        for (List<String> some : inParts(plan.lapses().keySet())) {
            List<String> lapsed =
                    decided("suspect", some, token, ids -> leases.lapse(reasons(ids, plan.lapses()), grace, token));
            publish(lapsed);
            log(lapsed, "Nodes have become suspects");
        }
        for (List<String> some : inParts(plan.expiries().keySet())) {
            List<String> expired =
                    decided("expire", some, token, ids -> leases.expire(reasons(ids, plan.expiries()), grace, token));
            publish(expired);
            reasons(expired, plan.expiries()).values().stream()
                    .collect(Collectors.groupingBy(reason -> reason, Collectors.counting()))
                    .forEach(metrics::expired);
            log(expired, "Nodes have expired");
        }
        preservation.looked(plan.holds(), null, replica.id(), token);
        tell(before, plan.holds());
    }

    private List<String> changed(String event, List<String> nodeIds, Function<List<String>, List<String>> change) {
        return refused.without(event, nodeIds, Function.identity(), change);
    }

    private List<String> decided(
            String event, List<String> nodeIds, long token, Function<List<String>, List<String>> change) {
        List<String> changed = changed(event, nodeIds, change);
        leaveOutOthers(nodeIds, changed, token);
        return changed;
    }

    /**
     * They have moved on; or a trigger of another program keeps their rows as they are, and says nothing. Or we do not
     * lead any more, which says nothing of them.
     */
    void leaveOutOthers(List<String> nodeIds, List<String> changed, long token) {
        Set<String> others = new HashSet<>(nodeIds);
        changed.forEach(others::remove);
        if (!others.isEmpty() && leases.leads(token)) {
            refused.leaveOut(others);
        }
    }

    /** Without those that would take the places of others in each sweep, and stay. */
    private List<LeasedNode> fallen(Duration grace) {
        Set<String> lately = refused.lately();
        return leases.fallen(grace, MOST_NODES).stream().filter(node -> !lately.contains(node.nodeId())).toList();
    }

    private void publish(List<String> nodeIds) {
        if (!nodeIds.isEmpty()) {
            catalog.apply(nodeIds); // what Consul cannot take now stays pending
        }
    }

    private static void log(List<String> nodeIds, String message) {
        if (!nodeIds.isEmpty()) {
            LOG.atInfo().addKeyValue("nodes", nodeIds.size()).addKeyValue("first", nodeIds.get(0)).log(message);
        }
    }

    private static void tell(List<PreservationHold> before, List<PreservationHold> now) {
        Set<Cohort.Key> held = before.stream().filter(hold -> !hold.confirmed())
                .map(PreservationHold::cohort)
                .collect(Collectors.toCollection(HashSet::new));
        for (PreservationHold hold : now) {
            if (!held.remove(hold.cohort())) {
                LOG.atWarn().addKeyValue("node_type", hold.cohort().nodeType())
                        .addKeyValue("region", hold.cohort().region()).addKeyValue("fallen", hold.fallen())
                        .addKeyValue("of", hold.size()).log("Too many nodes fell due at once; their expiry is held");
            }
        }
        held.forEach(cohort -> LOG.atInfo().addKeyValue("node_type", cohort.nodeType())
                .addKeyValue("region", cohort.region()).log("The expiry of a cohort is held no longer"));
    }

    private static Map<String, String> reasons(Collection<String> nodeIds, Map<String, String> all) {
        Map<String, String> reasons = new LinkedHashMap<>();
        nodeIds.forEach(id -> reasons.put(id, all.get(id)));
        return reasons;
    }

    private static <T> List<List<T>> inParts(Collection<T> all) {
        List<T> list = List.copyOf(all);
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < list.size(); from += ROWS_IN_A_STATEMENT) {
            parts.add(list.subList(from, Math.min(from + ROWS_IN_A_STATEMENT, list.size())));
        }
        return parts;
    }
}
