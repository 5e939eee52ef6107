// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.store.jdbc.StoreLockedException;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/**
 * Brings events to PostgreSQL, all that it can keep: a batch that it refuses is halved until the event at fault stands
 * alone, and an older event of that node, which the refused one had superseded, is tried in its place. Not to be called
 * in a transaction, as each part has its own. Safe for many threads.
 */
@ApplicationScoped
public class RegistrationStore {

    private final RegistrationBatchRepository repository;

    @Inject
    RegistrationStore(RegistrationBatchRepository repository) {
        this.repository = repository;
    }

    RegistrationStore() {
        this(null); // for the client proxy
    }

    /**
     * Applies events. May be called again with the same ones.
     *
     * @throws StoreUnavailableException when PostgreSQL is unavailable; some of the events may be committed
     * @throws StoreLockedException when another session holds the row of one of them; all others are committed
     */
    public StoredEvents store(List<? extends NodeEvent> events) {
        return store(events, Map.of());
    }

    /**
     * As {@link #store(List)}, and gives nodes that are registered by it the cordons that were lost with their rows.
     *
     * @param cordons why nodes were cordoned, by node id; of other nodes, too
     */
    public StoredEvents store(List<? extends NodeEvent> events, Map<String, String> cordons) {
        StoredEvents all = StoredEvents.NOTHING;
        StoreLockedException locked = null;
        Set<String> waiting = new HashSet<>();
        for (List<NodeEvent> round : RegistrationBatch.rounds(events)) {
            RegistrationBatch batch = RegistrationBatch.collapse(round);
            if (locked != null) {
                // an event that comes after one that is still to be stored is stored after it
                storeOthers(batch.without(waiting), cordons);
                continue;
            }
            try {
                all = all.then(storeRound(round, cordons));
            } catch (StoreLockedException e) {
                locked = e;
                batch.events().forEach(event -> waiting.add(event.nodeId()));
            }
        }
        if (locked != null) {
            throw locked;
        }
        return all;
    }

    private StoredEvents storeRound(List<NodeEvent> events, Map<String, String> cordons) {
        StoredEvents all = StoredEvents.NOTHING;
        List<? extends NodeEvent> left = events;
        while (!left.isEmpty()) {
            StoredEvents next = given(store(RegistrationBatch.collapse(left), cordons), left);
            int before = all.refused().size();
            all = all.then(next);
            // each round refuses something that was not refused before, or is the last one
            left = all.refused().size() == before
                    ? List.of()
                    : others(next.refused().keySet(), all.refused(), events);
        }
        return all;
    }

    private StoredEvents store(RegistrationBatch batch, Map<String, String> cordons) {
        if (batch.isEmpty()) {
            return StoredEvents.NOTHING;
        }
        try {
            return new StoredEvents(batch, repository.store(batch, cordons), new IdentityHashMap<>());
        } catch (StoreRefusedException e) {
            if (batch.size() == 1) {
                IdentityHashMap<OfNode, String> refused = new IdentityHashMap<>();
                refused.put(batch.events().get(0), e.getMessage());
                return new StoredEvents(RegistrationBatch.EMPTY, StoredBatch.NOTHING, refused);
            }
            return batch.halves().stream()
                    .map(half -> store(half, cordons))
                    .reduce(StoredEvents.NOTHING, StoredEvents::then);
        } catch (StoreLockedException e) {
            Set<String> locked = repository.locked(batch.events().stream().map(OfNode::nodeId).toList());
            storeOthers(batch.without(locked), cordons);
            throw e;
        }
    }

    /** What another session holds has been waited for, and is not once more, however much it is. */
    private void storeOthers(RegistrationBatch batch, Map<String, String> cordons) {
        try {
            if (!batch.isEmpty()) {
                repository.storeAtOnce(batch, cordons);
            }
        } catch (StoreRefusedException | StoreLockedException e) {
            if (batch.size() > 1) {
                batch.halves().forEach(half -> storeOthers(half, cordons));
            }
        }
    }

    private static StoredEvents given(StoredEvents stored, List<? extends NodeEvent> events) {
        IdentityHashMap<OfNode, String> refused = new IdentityHashMap<>();
        stored.refused().forEach((event, reason) -> refused.put(given(event, events), reason));
        return new StoredEvents(stored.taken(), stored.stored(), refused);
    }

    /** The event as it was given: a departure may have got its type from another one. */
    private static OfNode given(OfNode event, List<? extends NodeEvent> events) {
        OfNode same = null;
        for (NodeEvent candidate : events) {
            if (candidate == event) {
                return event;
            }
            if (event instanceof Departed departed
                    && candidate instanceof Departed other
                    && departed.equals(other.withType(departed.type()))) {
                same = other;
            }
        }
        return same == null ? event : same;
    }

    /** What is left of the nodes of which something has been refused just now. */
    private static List<OfNode> others(
            Set<OfNode> refusedNow, Map<OfNode, String> refused, List<? extends NodeEvent> events) {
        Set<String> nodes = refusedNow.stream().map(OfNode::nodeId).collect(Collectors.toSet());
        return events.stream()
                .filter(OfNode.class::isInstance)
                .map(OfNode.class::cast)
                .filter(event -> nodes.contains(event.nodeId()) && !refused.containsKey(event))
                .toList();
    }
}
