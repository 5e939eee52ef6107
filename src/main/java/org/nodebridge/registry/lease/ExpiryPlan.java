// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nodebridge.registry.config.PreservationSettings;
import org.nodebridge.registry.store.RegistrationStatus;

/**
 * What is to become of nodes that call for a decision: the rules of expiry and of self-preservation, and nothing else.
 *
 * <p>A node that is late with its heartbeats becomes a suspect; so does one whose probes fail. A suspect expires when
 * its lease has ended and its probes fail as often as they may, or, where it cannot be probed, when it has been one for
 * long enough. In a cohort that is held silence alone decides nothing: nodes stay as they are, those that fail their
 * probes expire a few at a time, and the others when an operator confirms, or when they have been held for the longest
 * time.
 */
final class ExpiryPlan {

    static final String LEASE_ENDED = "lease_ended";
    static final String PROBE_FAILED = "probe_failed";
    static final String LEASE_EXPIRED = "lease_expired";
    static final String NEVER_CAME_BACK = "restart_never_came";
    static final String CONFIRMED = "confirmed_by_operator";

    /** Where our own rules refuse to probe, a node counts as one that cannot be. */
    private static final Set<String> NOT_PROBED = Set.of("refused_address", "invalid");

    private final PreservationSettings preservation;
    private final int probeFailures;
    private final Duration suspectTime;
    private final Instant now;

    private final Map<String, String> lapses = new LinkedHashMap<>();
    private final Map<String, String> expiries = new LinkedHashMap<>();
    private final List<PreservationHold> holds = new ArrayList<>();

    /**
     * @param probeFailures how many failed probes in a row condemn
     * @param suspectTime how long a suspect that cannot be probed stays one
     */
    ExpiryPlan(PreservationSettings preservation, int probeFailures, Duration suspectTime, Instant now) {
        this.preservation = preservation;
        this.probeFailures = probeFailures;
        this.suspectTime = suspectTime;
        this.now = now;
    }

    /**
     * Decides.
     *
     * @param fallen the nodes, the one longest due first
     * @param cohorts all cohorts
     * @param before what was held at the last sweep
     */
    ExpiryPlan decide(List<LeasedNode> fallen, List<Cohort> cohorts, List<PreservationHold> before) {
        Map<Cohort.Key, Cohort> byKey = cohorts.stream().collect(Collectors.toMap(Cohort::key, cohort -> cohort));
        Map<Cohort.Key, PreservationHold> heldBefore =
                before.stream().collect(Collectors.toMap(PreservationHold::cohort, hold -> hold));
        Map<Cohort.Key, List<LeasedNode>> down = new LinkedHashMap<>();
        for (LeasedNode node : fallen) {
            if (node.status() == RegistrationStatus.DRAINING) {
                expiries.put(node.nodeId(), NEVER_CAME_BACK); // no caller can find it any more
            } else if (isDown(node) && node.confirmed()) {
                if (node.due()) { // otherwise it has its whole time once more, and stays confirmed
                    expiries.put(node.nodeId(), CONFIRMED);
                }
            } else if (isDown(node)) {
                down.computeIfAbsent(node.cohort(), key -> new ArrayList<>()).add(node);
            }
        }
        down.forEach((key, nodes) -> decide(
                byKey.getOrDefault(key, new Cohort(key, nodes.size(), 0)), nodes, heldBefore.get(key)));
        return this;
    }

    /** Node id to reason: those that become suspects. */
    Map<String, String> lapses() {
        return lapses;
    }

    /** Node id to reason: those that are given up. */
    Map<String, String> expiries() {
        return expiries;
    }

    /** The cohorts that are held. */
    List<PreservationHold> holds() {
        return holds;
    }

    private void decide(Cohort cohort, List<LeasedNode> down, PreservationHold before) {
        int gone = down.size() + cohort.expired();
        boolean tooMany = gone >= preservation.least() && gone * 100L > (long) preservation.percent() * cohort.size();
        if (tooMany) {
            hold(cohort, gone, down, before);
        } else {
            down.forEach(this::decide);
        }
    }

    private void decide(LeasedNode node) {
        if (node.status() == RegistrationStatus.ACTIVE) {
            lapses.put(node.nodeId(), node.due() && awaitsHeartbeats(node) ? LEASE_ENDED : PROBE_FAILED);
        } else if (node.due() && (probed(node) ? condemned(node) : suspectLongEnough(node))) {
            expiries.put(node.nodeId(), LEASE_EXPIRED);
        }
    }

    private void hold(Cohort cohort, int gone, List<LeasedNode> down, PreservationHold before) {
        Instant since = before == null ? now : before.since();
        boolean longEnough = !since.plus(preservation.longestHold()).isAfter(now);
        List<LeasedNode> condemned = down.stream()
                .filter(node -> node.due() && (probed(node) ? condemned(node) : longEnough))
                .limit(preservation.mostExpiries(cohort.size()))
                .toList();
        condemned.forEach(node -> expiries.put(node.nodeId(), LEASE_EXPIRED));
        List<String> held = down.stream()
                .map(LeasedNode::nodeId)
                .filter(id -> !expiries.containsKey(id))
                .toList();
        if (!held.isEmpty()) {
            holds.add(new PreservationHold(
                    cohort.key(), since, cohort.size(), gone, held.size(),
                    held.stream().limit(PreservationHold.MOST_IDS).toList(), null, null));
        }
    }

    /** A node that has never sent a heartbeat is not late: it is down when a probe has failed. */
    private boolean isDown(LeasedNode node) {
        return node.status() == RegistrationStatus.SUSPECT
                || node.due() && awaitsHeartbeats(node)
                || probed(node) && (node.due() ? node.probeFailures() > 0 : condemned(node));
    }

    private static boolean awaitsHeartbeats(LeasedNode node) {
        return switch (node.watch()) {
            case "heartbeat", "both" -> true;
            case "auto" -> node.heartbeats();
            default -> false;
        };
    }

    private static boolean probed(LeasedNode node) {
        return node.healthEndpoint() != null && !NOT_PROBED.contains(String.valueOf(node.probeResult()));
    }

    private boolean suspectLongEnough(LeasedNode node) {
        return node.suspectFor() != null && node.suspectFor().compareTo(suspectTime) >= 0;
    }

    private boolean condemned(LeasedNode node) {
        return node.probeFailures() >= probeFailures;
    }
}
