// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;

/**
 * Events that go into one transaction: of each node at most one introspection event or departure, and at most one
 * heartbeat.
 *
 * @param introductions the newest introspection events, where no departure is newer
 * @param departures the newest departures, where no introspection event is newer
 * @param heartbeats the newest heartbeat of each node
 */
public record RegistrationBatch(
        List<Introduced> introductions, List<Departed> departures, List<Heartbeat> heartbeats) {

    static final RegistrationBatch EMPTY = new RegistrationBatch(List.of(), List.of(), List.of());

    /**
     * The events in as many rounds as it takes that, of each node, those of one round have one epoch, or all have none.
     * The newest of such is what is left when they are written one by one, regardless of the row; of different epochs
     * it need not be, as one without an epoch is newer than some of a higher and older than some of a lower. Heartbeats
     * come last, as they do in a batch.
     */
    static List<List<NodeEvent>> rounds(List<? extends NodeEvent> events) {
        List<List<NodeEvent>> rounds = new ArrayList<>(List.of(new ArrayList<>()));
        Map<String, OfNode> before = new HashMap<>();
        Map<String, Integer> roundOf = new HashMap<>();
        for (NodeEvent event : events) {
            if (event instanceof OfNode ofNode && !(event instanceof Heartbeat)) {
                OfNode last = before.put(ofNode.nodeId(), ofNode);
                boolean sameEpoch =
                        last == null || Objects.equals(last.version().epoch(), ofNode.version().epoch());
                int round = roundOf.merge(ofNode.nodeId(), sameEpoch ? 0 : 1, Integer::sum);
                if (round == rounds.size()) {
                    rounds.add(new ArrayList<>());
                }
                rounds.get(round).add(event);
            }
        }
        events.stream().filter(Heartbeat.class::isInstance).forEach(rounds.get(rounds.size() - 1)::add);
        return rounds;
    }

    /** Keeps the newest of each node; events of other kinds are passed over. */
    public static RegistrationBatch collapse(List<? extends NodeEvent> events) {
        Map<String, OfNode> newest = new LinkedHashMap<>();
        Map<String, Heartbeat> heartbeats = new LinkedHashMap<>();
        for (NodeEvent event : events) {
            if (event instanceof Heartbeat heartbeat) {
                heartbeats.merge(heartbeat.nodeId(), heartbeat, (a, b) -> b.version().supersedes(a.version()) ? b : a);
            } else if (event instanceof OfNode ofNode) {
                newest.merge(ofNode.nodeId(), ofNode, RegistrationBatch::newer);
            }
        }
        List<Introduced> introductions = new ArrayList<>();
        List<Departed> departures = new ArrayList<>();
        for (OfNode event : newest.values()) {
            if (event instanceof Introduced introduced) {
                introductions.add(introduced);
            } else {
                departures.add((Departed) event);
            }
        }
        return new RegistrationBatch(introductions, departures, List.copyOf(heartbeats.values()));
    }

    public boolean isEmpty() {
        return introductions.isEmpty() && departures.isEmpty() && heartbeats.isEmpty();
    }

    public int size() {
        return introductions.size() + departures.size() + heartbeats.size();
    }

    /** All events: introspection events, then departures, then heartbeats. */
    public List<OfNode> events() {
        List<OfNode> all = new ArrayList<>(introductions);
        all.addAll(departures);
        all.addAll(heartbeats);
        return all;
    }

    /** The same events in two batches. */
    public List<RegistrationBatch> halves() {
        List<OfNode> all = events();
        int middle = all.size() / 2;
        return List.of(collapse(all.subList(0, middle)), collapse(all.subList(middle, all.size())));
    }

    /** The same events but for those of some nodes. */
    RegistrationBatch without(Set<String> nodeIds) {
        return collapse(events().stream().filter(event -> !nodeIds.contains(event.nodeId())).toList());
    }

    private static OfNode newer(OfNode a, OfNode b) {
        boolean replaces = b.version().supersedes(a.version());
        return withType(replaces ? b : a, replaces ? a : b);
    }

    /**
     * A departure that names no type takes it from the older introspection event, so that its tombstone can be kept.
     */
    private static OfNode withType(OfNode newer, OfNode older) {
        return newer instanceof Departed departed && departed.type() == null && older instanceof Introduced introduced
                ? departed.withType(introduced.node().type())
                : newer;
    }
}
