// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.store.History.Noted;

/**
 * What PostgreSQL did with a batch, by node id.
 *
 * @param introduced one for every introspection event
 * @param departed one for every departure; revision 0 when nothing is known of the node
 * @param renewed one for every heartbeat of a registered node, pending for Consul only when it changed the node's
 *     check;
 *     a heartbeat of an unknown node is not in here
 * @param cordonedAgain the nodes that got back the cordon that was lost with their rows
 */
public record StoredBatch(
        Map<String, StoredEvent> introduced, Map<String, StoredEvent> departed, Map<String, StoredEvent> renewed,
        Set<String> cordonedAgain) {

    /** No events. */
    public static final StoredBatch NOTHING = new StoredBatch(Map.of(), Map.of(), Map.of());

    /** What was done where no cordon was given back. */
    public StoredBatch(
            Map<String, StoredEvent> introduced, Map<String, StoredEvent> departed, Map<String, StoredEvent> renewed) {
        this(introduced, departed, renewed, Set.of());
    }

    /** The same, with nodes among the introduced that have been given back their cordons. */
    StoredBatch withCordons(Set<String> nodeIds) {
        Map<String, StoredEvent> marked = new LinkedHashMap<>(introduced);
        marked.replaceAll((nodeId, event) -> nodeIds.contains(nodeId) ? event.withCordon() : event);
        return new StoredBatch(marked, departed, renewed, nodeIds);
    }

    /** What was done in both, one after the other; of a node that is in both, what was done last. */
    public StoredBatch then(StoredBatch next) {
        Set<String> cordoned = new HashSet<>(cordonedAgain);
        cordoned.addAll(next.cordonedAgain);
        return new StoredBatch(
                both(introduced, next.introduced), both(departed, next.departed), both(renewed, next.renewed),
                cordoned);
    }

    /** But for what was done with introspection events and departures of these nodes. */
    StoredBatch without(Set<String> nodeIds) {
        return nodeIds.isEmpty()
                ? this
                : new StoredBatch(
                        others(introduced, nodeIds), others(departed, nodeIds), renewed, cordonedAgain);
    }

    private static Map<String, StoredEvent> others(Map<String, StoredEvent> stored, Set<String> nodeIds) {
        Map<String, StoredEvent> others = new LinkedHashMap<>(stored);
        others.keySet().removeAll(nodeIds);
        return others;
    }

    private static Map<String, StoredEvent> both(Map<String, StoredEvent> first, Map<String, StoredEvent> next) {
        Map<String, StoredEvent> both = new LinkedHashMap<>(first);
        both.putAll(next);
        return both;
    }

    /** The events kind by kind: introspection events, departures, heartbeats. */
    public List<Collection<StoredEvent>> byKind() {
        return List.of(introduced.values(), departed.values(), renewed.values());
    }

    /**
     * What the history is to keep, of each node one at most; {@code left} stands for the
     * state the row is in.
     */
    List<Noted> changes(RegistrationBatch batch) {
        Map<String, OfNode> causes = new HashMap<>();
        batch.introductions().forEach(event -> causes.put(event.nodeId(), event));
        batch.departures().forEach(event -> causes.put(event.nodeId(), event));
        Map<String, OfNode> heartbeats = new HashMap<>();
        batch.heartbeats().forEach(event -> heartbeats.put(event.nodeId(), event));
        List<Noted> changes = new ArrayList<>();
        introduced.values().forEach(event -> {
            switch (event.outcome()) {
                case CREATED -> changes.add(Noted.by(causes.get(event.nodeId()), "registered"));
                case UPDATED -> changes.add(Noted.by(causes.get(event.nodeId()), "updated"));
                default -> {}
            }
        });
        departed.values().stream()
                .filter(event -> event.outcome() == Outcome.UPDATED)
                .forEach(event -> changes.add(Noted.by(causes.get(event.nodeId()), "left")));
        // what a heartbeat of the same batch did to the row is in what is noted of its introspection event
        Set<String> noted = changes.stream().map(Noted::nodeId).collect(Collectors.toSet());
        renewed.values().stream().filter(event -> !noted.contains(event.nodeId())).forEach(event -> {
            switch (event.outcome()) {
                case UPDATED -> changes.add(Noted.by(heartbeats.get(event.nodeId()), "health"));
                case RECOVERED -> changes.add(Noted.by(heartbeats.get(event.nodeId()), "recovered"));
                default -> {}
            }
        });
        return changes;
    }

    /** The nodes that were introduced or departed. */
    public Collection<String> nodeIds() {
        List<String> ids = new ArrayList<>(introduced.keySet());
        ids.addAll(departed.keySet());
        return ids;
    }

    /** What was done with the introspection event or departure of this node, of which there was one. */
    public StoredEvent of(String nodeId) {
        StoredEvent event = introduced.get(nodeId);
        return event == null ? departed.get(nodeId) : event;
    }

    /** The one event of a batch of one introspection event or departure. */
    public StoredEvent only() {
        return (introduced.isEmpty() ? departed : introduced).values().iterator().next();
    }
}
