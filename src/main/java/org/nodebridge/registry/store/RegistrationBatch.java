package org.nodebridge.registry.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;

/**
 * Events that go into one transaction: of each node at most one introduction or departure, and at most one heartbeat.
 *
 * @param introductions the newest introductions, where no departure is newer
 * @param departures the newest departures, where no introduction is newer
 * @param heartbeats the newest heartbeat of each node
 */
public record RegistrationBatch(
        List<Introduced> introductions, List<Departed> departures, List<Heartbeat> heartbeats) {

    /** Keeps the newest of each node; events of other kinds are passed over. */
    public static RegistrationBatch collapse(List<? extends NodeEvent> events) {
        Map<String, NodeEvent> newest = new LinkedHashMap<>();
        Map<String, Heartbeat> heartbeats = new LinkedHashMap<>();
        for (NodeEvent event : events) {
            if (event instanceof Introduced introduced) {
                newest.merge(introduced.node().nodeId(), introduced, RegistrationBatch::newer);
            } else if (event instanceof Departed departed) {
                newest.merge(departed.nodeId(), departed, RegistrationBatch::newer);
            } else if (event instanceof Heartbeat heartbeat) {
                heartbeats.merge(heartbeat.nodeId(), heartbeat, (a, b) -> b.version().supersedes(a.version()) ? b : a);
            }
        }
        List<Introduced> introductions = new ArrayList<>();
        List<Departed> departures = new ArrayList<>();
        for (NodeEvent event : newest.values()) {
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

    /** The nodes this batch is about. */
    public Set<String> nodeIds() {
        Set<String> ids = new LinkedHashSet<>();
        introductions.forEach(event -> ids.add(event.node().nodeId()));
        departures.forEach(event -> ids.add(event.nodeId()));
        heartbeats.forEach(event -> ids.add(event.nodeId()));
        return ids;
    }

    /** The same events in two batches; introductions and departures come before heartbeats in both together. */
    public List<RegistrationBatch> halves() {
        List<NodeEvent> all = new ArrayList<>(introductions);
        all.addAll(departures);
        all.addAll(heartbeats);
        int middle = all.size() / 2;
        return List.of(collapse(all.subList(0, middle)), collapse(all.subList(middle, all.size())));
    }

    private static NodeEvent newer(NodeEvent a, NodeEvent b) {
        boolean replaces = version(b).supersedes(version(a));
        return withType(replaces ? b : a, replaces ? a : b);
    }

    /** A departure that names no type takes it from the older introduction, so that its tombstone can be kept. */
    private static NodeEvent withType(NodeEvent newer, NodeEvent older) {
        return newer instanceof Departed departed && departed.type() == null && older instanceof Introduced introduced
                ? departed.withType(introduced.node().type())
                : newer;
    }

    private static EventVersion version(NodeEvent event) {
        return event instanceof Introduced introduced ? introduced.version() : ((Departed) event).version();
    }
}
