// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/** Nodes and their history in memory, as PostgreSQL has them. */
final class TableOfNodes extends DiscoveryRepository {

    private final TreeMap<String, NodeRow> rows = new TreeMap<>();
    private final List<Changed> history = new ArrayList<>();
    private UUID historyId = new UUID(0, 1);
    private long revision;
    private boolean unavailable;
    private Runnable duringLoad = () -> {};
    int fullReads;
    double lastLoadSeconds;

    static NodeRow row(String id, String status, String check) {
        return new NodeRow(id, "effect", "1.2.3", "eu", status, check, "[\"read\",\"write\"]", "[\"rack=7\"]",
                "{\"api\": \"http://10.0.0.5:8080/api\"}", null, 600, null, null, null, false);
    }

    TableOfNodes put(String id, String status) {
        return put(row(id, status, "passing"));
    }

    TableOfNodes put(NodeRow row) {
        rows.put(row.nodeId(), row);
        return changed(row.nodeId());
    }

    TableOfNodes remove(String id) {
        rows.remove(id);
        return changed(id);
    }

    /** Without a change in the history. */
    void heartbeat(String id, double secondsAgo, long operations) {
        NodeRow row = rows.get(id);
        rows.put(id, new NodeRow(id, row.nodeType(), row.nodeVersion(), row.region(), row.status(), row.checkStatus(),
                row.capabilities(), row.metadata(), row.endpoints(), row.weight(), row.registeredFor(), secondsAgo,
                operations, 12.5, row.cordoned()));
    }

    /** As another program writes, which knows of no history. */
    TableOfNodes foreign(NodeRow row) {
        rows.put(row.nodeId(), row);
        return this;
    }

    TableOfNodes foreignDelete(String id) {
        rows.remove(id);
        return this;
    }

    /** A change of what the view does not keep. */
    TableOfNodes touch(String id) {
        return changed(id);
    }

    private TableOfNodes changed(String id) {
        history.add(new Changed(++revision, id));
        return this;
    }

    void prune() {
        history.clear();
    }

    void become(UUID otherHistory) {
        historyId = otherHistory;
        rows.clear();
        history.clear();
    }

    void unavailable(boolean is) {
        unavailable = is;
    }

    void duringLoad(Runnable what) {
        duringLoad = what;
    }

    @Override
    public State state() {
        check();
        return new State(revision, historyId);
    }

    @Override
    public List<NodeRow> nodes(String after, int limit) {
        check();
        if (after == null) {
            fullReads++;
        }
        List<NodeRow> page =
                (after == null ? rows : rows.tailMap(after, false)).values().stream().limit(limit).toList();
        Runnable once = duringLoad;
        duringLoad = () -> {};
        once.run();
        return page;
    }

    @Override
    public Changes changesAfter(long after, int limit) {
        check();
        List<Changed> next = history.stream().filter(change -> change.revision() > after).limit(limit).toList();
        return new Changes(next, next.stream().map(Changed::nodeId).distinct().filter(rows::containsKey).map(rows::get)
                .toList());
    }

    @Override
    public List<NodeRow> nodes(Set<String> ids) {
        check();
        return ids.stream().filter(rows::containsKey).map(rows::get).toList();
    }

    @Override
    public List<LoadRow> loads(double seconds, int limit) {
        check();
        lastLoadSeconds = seconds;
        return rows.values().stream()
                .filter(row -> row.heartbeatFor() != null && row.heartbeatFor() < seconds)
                .map(row -> new LoadRow(row.nodeId(), row.heartbeatFor(), row.activeOperations(), row.cpuPercent()))
                .toList();
    }

    private void check() {
        if (unavailable) {
            throw new StoreUnavailableException("PostgreSQL is not available", null);
        }
    }
}
