// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.model;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The newest decisive event of each node, of all that were given in any order. Safe from many threads. */
public final class Fold {

    private final Map<String, ModelEvent> newest = new TreeMap<>();
    private final Set<String> heard = new TreeSet<>();

    /** The fold of these events. */
    public static Fold of(Collection<ModelEvent> events) {
        Fold fold = new Fold();
        events.forEach(fold::add);
        return fold;
    }

    public synchronized void add(ModelEvent event) {
        heard.add(event.nodeId());
        if (event.decides()) {
            newest.merge(event.nodeId(), event, (known, other) -> other.supersedes(known) ? other : known);
        }
    }

    /** Every node that has said anything. */
    public synchronized Set<String> nodeIds() {
        return new TreeSet<>(heard);
    }

    /** The event that decides about the node; empty when it must be unknown, as heartbeats register nobody. */
    public synchronized Optional<ModelEvent> decisive(String nodeId) {
        return Optional.ofNullable(newest.get(nodeId));
    }

    /** The introduction by which the node is registered; empty when it must not be. */
    public Optional<ModelEvent> registered(String nodeId) {
        return decisive(nodeId).filter(event -> event.kind() == ModelEvent.Kind.INTRODUCED);
    }
}
