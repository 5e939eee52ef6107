package org.nodebridge.registry.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What PostgreSQL did with a batch, by node id.
 *
 * @param introduced one for every introduction
 * @param departed one for every departure; revision 0 when nothing is known of the node
 * @param renewed one for every heartbeat of a registered node, owed to Consul only when it changed the node's check;
 *     a heartbeat of an unknown node is not in here
 */
public record StoredBatch(
        Map<String, StoredEvent> introduced, Map<String, StoredEvent> departed, Map<String, StoredEvent> renewed) {

    /** The events kind by kind: introductions, departures, heartbeats. */
    public List<Collection<StoredEvent>> byKind() {
        return List.of(introduced.values(), departed.values(), renewed.values());
    }

    /** The nodes that were introduced or departed. */
    public Collection<String> nodeIds() {
        List<String> ids = new ArrayList<>(introduced.keySet());
        ids.addAll(departed.keySet());
        return ids;
    }

    /** The one event of a batch of one introduction or departure. */
    public StoredEvent only() {
        return (introduced.isEmpty() ? departed : introduced).values().iterator().next();
    }
}
