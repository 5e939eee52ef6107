// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.nodebridge.registry.blackbox.WatchStream.Event;

/**
 * A client as docs/watch.md wants it: keeps the nodes that it receives, comes back to any replica with the id of the
 * last event, and begins again when the registry says so. Notes everything that it must not receive. Safe from many
 * threads.
 */
final class WatchingClient implements AutoCloseable {

    private final List<Registry> replicas;
    private final Random random;
    private final Map<String, JsonNode> nodes = new HashMap<>();
    private final Map<String, JsonNode> snapshot = new HashMap<>();
    /** Nodes that have changed since the snapshot, of which a later page may have been newer than its revision. */
    private final Set<String> changed = new HashSet<>();
    private final List<String> faults = new ArrayList<>();
    private WatchStream stream;
    private Long lastId;
    private boolean inSnapshot;
    private boolean closed;
    private int connections;
    private int resyncs;

    WatchingClient(List<Registry> replicas, long seed) {
        this.replicas = replicas;
        this.random = new Random(seed);
    }

    /** Connects where it is not connected. To be called now and then; does nothing once it is closed. */
    synchronized void keepConnected() {
        if (!closed && (stream == null || stream.ended())) {
            connect();
        }
    }

    /** Disconnects in the middle of the stream, and comes back. */
    synchronized void reconnect() {
        if (!closed) {
            connect();
        }
    }

    synchronized Long lastId() {
        return lastId;
    }

    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    synchronized int connections() {
        return connections;
    }

    synchronized int resyncs() {
        return resyncs;
    }

    synchronized List<String> comments() {
        return stream == null ? List.of() : stream.comments();
    }

    /** What it knows of each node, as {@link #inTable} shows the table. */
    synchronized Map<String, List<JsonNode>> known() {
        Map<String, List<JsonNode>> known = new TreeMap<>();
        nodes.forEach((id, node) -> known.put(id, List.of(
                node.path("status"), node.path("health"), node.path("epoch"), node.path("capabilities"),
                node.path("endpoints"), node.path("metadata"))));
        return known;
    }

    /** What a client must know: the nodes that can be discovered. */
    static Map<String, List<JsonNode>> inTable(Stores stores) {
        Map<String, List<JsonNode>> known = new TreeMap<>();
        stores.rowsOf("").forEach((id, row) -> {
            if (List.of("active", "suspect").contains(row.path("status").asText())) {
                JsonNode epoch = row.path("epoch").isNull() ? Json.MAPPER.missingNode() : row.path("epoch");
                known.put(id, List.of(
                        row.path("status"), row.path("check_status"), epoch, row.path("capabilities"),
                        row.path("endpoints"), row.path("metadata")));
            }
        });
        return known;
    }

    @Override
    public synchronized void close() {
        closed = true;
        leave();
    }

    private void leave() {
        if (stream != null) {
            stream.close();
        }
    }

    private void connect() {
        leave();
        connections++;
        inSnapshot = false;
        Registry replica = replicas.get(random.nextInt(replicas.size()));
        WatchStream[] opened = new WatchStream[1];
        opened[0] = WatchStream.open(
                replica, "", lastId == null ? null : lastId.toString(), event -> take(opened, event));
        stream = opened[0];
    }

    private synchronized void take(WatchStream[] from, Event event) {
        if (from[0] != stream) {
            return; // of a stream that it has left
        }
        switch (event.name()) {
            case "resync" -> resyncs++;
            case "snapshot-begin" -> {
                inSnapshot = true;
                snapshot.clear();
            }
            case "registration" -> snapshot.put(event.nodeId(), event.data());
            case "snapshot-end" -> {
                inSnapshot = false;
                nodes.clear();
                nodes.putAll(snapshot);
                changed.clear();
                lastId = event.id();
            }
            case "added", "updated", "removed" -> change(event);
            case "overrun" -> {}
            default -> faults.add("unknown event " + event);
        }
    }

    private void change(Event event) {
        if (inSnapshot || lastId == null) {
            faults.add("a change within a snapshot: " + event);
            return;
        }
        if (event.id() != lastId + 1) {
            faults.add("after " + lastId + " came " + event.id());
        }
        if (event.data().path("revision").asLong() != event.id()) {
            faults.add("id and revision are not the same: " + event);
        }
        String node = event.nodeId();
        boolean knew = nodes.containsKey(node);
        boolean certain = !changed.add(node);
        switch (event.name()) {
            case "added" -> {
                if (knew && certain) {
                    faults.add("added what was there: " + event);
                }
                nodes.put(node, event.data().path("registration"));
            }
            case "updated" -> {
                if (!knew && certain) {
                    faults.add("updated what was not there: " + event);
                }
                nodes.put(node, event.data().path("registration"));
            }
            default -> nodes.remove(node); // a node that drains may depart too
        }
        lastId = event.id();
    }
}
