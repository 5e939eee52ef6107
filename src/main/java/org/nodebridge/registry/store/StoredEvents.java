// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.nodebridge.registry.event.NodeEvent.OfNode;

/**
 * What PostgreSQL did with events that were given to it together.
 *
 * @param taken the events that were written, of each node the newest that PostgreSQL did not refuse
 * @param stored what became of them
 * @param refused the events whose data PostgreSQL will never take, and why. Its keys are the events that were given, by
 *     identity: of several with one event id it may refuse one
 */
public record StoredEvents(RegistrationBatch taken, StoredBatch stored, IdentityHashMap<OfNode, String> refused) {

    static final StoredEvents NOTHING =
            new StoredEvents(RegistrationBatch.EMPTY, StoredBatch.NOTHING, new IdentityHashMap<>());

    /** What was done in both, one after the other; of a node that is in both, what was done last. */
    StoredEvents then(StoredEvents next) {
        IdentityHashMap<OfNode, String> both = new IdentityHashMap<>(refused);
        both.putAll(next.refused);
        Set<String> here = Set.copyOf(stored.nodeIds());
        // with what was older than that, nothing was done
        Set<String> stale = next.stored.nodeIds().stream()
                .filter(here::contains)
                .filter(nodeId -> next.stored.of(nodeId).outcome() == Outcome.STALE)
                .collect(Collectors.toSet());
        Set<String> again = next.stored.nodeIds().stream()
                .filter(nodeId -> here.contains(nodeId) && !stale.contains(nodeId))
                .collect(Collectors.toSet());
        return new StoredEvents(
                new RegistrationBatch(
                        joined(others(taken.introductions(), again), others(next.taken.introductions(), stale)),
                        joined(others(taken.departures(), again), others(next.taken.departures(), stale)),
                        joined(taken.heartbeats(), next.taken.heartbeats())),
                stored.without(again).then(next.stored.without(stale)), both);
    }

    private static <T extends OfNode> List<T> others(List<T> events, Set<String> nodeIds) {
        return nodeIds.isEmpty()
                ? events
                : events.stream().filter(event -> !nodeIds.contains(event.nodeId())).toList();
    }

    private static <T> List<T> joined(List<T> first, List<T> next) {
        if (first.isEmpty() || next.isEmpty()) {
            return first.isEmpty() ? next : first;
        }
        List<T> all = new ArrayList<>(first);
        all.addAll(next);
        return all;
    }
}
