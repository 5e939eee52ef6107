// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.ArrayList;
import java.util.List;

/** Nodes of a snapshot in memory, in slices of one. */
final class StoredNodes extends SnapshotPages {

    private final List<Node> nodes = new ArrayList<>();
    int reads;

    StoredNodes() {
        super(null, null, 0);
    }

    void have(String id, String nodeType, String data) {
        nodes.add(new Node(id, new StreamEvent("registration", null, nodeType, data)));
    }

    @Override
    Slice next(String after, long askedAt, long revision) {
        reads++;
        int at = 0;
        while (after != null && at < nodes.size() && nodes.get(at).id().compareTo(after) <= 0) {
            at++;
        }
        return new Slice(
                after, nodes.subList(at, Math.min(nodes.size(), at + 1)), at + 1 >= nodes.size(), 0, System.nanoTime(),
                0);
    }
}
