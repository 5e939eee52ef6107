// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.nodebridge.registry.changes.RemoteChanges.RemoteNode;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;
import org.nodebridge.registry.store.jdbc.StoredTime;

/** A history in memory, and how its changes are shown here. */
final class StoredChanges extends ChangesRepository {

    /** Shows nothing but the revision. */
    static final Representation REVISIONS = new Representation() {
        @Override
        public String registration(ToolRegistration row) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String change(Change change, ToolRegistration row) {
            return "{\"revision\":" + change.revision() + "}";
        }

        @Override
        public String remote(String region, RemoteNode node) {
            return "{\"region\":\"" + region + "\",\"node_id\":\"" + node.nodeId() + "\"}";
        }
    };

    private final List<Change> changes = new ArrayList<>();
    private long last;
    private boolean away;

    /** So many changes happen. */
    StoredChanges happen(int count) {
        for (int i = 0; i < count; i++) {
            last++;
            changes.add(new Change(
                    last, "node-1", "effect", "updated", null, "active", "active", "passing", null,
                    StoredTime.at(Instant.EPOCH),
                    new UUID(0, last), Instant.EPOCH, List.of("metadata"), null));
        }
        return this;
    }

    /** Forgets changes up to the revision. */
    void prune(long revision) {
        changes.removeIf(change -> change.revision() <= revision);
    }

    /** Loses changes from the revision on, though they have been counted. */
    void lose(long revision) {
        changes.removeIf(change -> change.revision() >= revision);
    }

    void away(boolean isAway) {
        away = isAway;
    }

    @Override
    public Span span() {
        check();
        return new Span(changes.isEmpty() ? last + 1 : changes.get(0).revision(), last, 0);
    }

    @Override
    public ChangesAndRows withRowsAfter(long revision, int most, long bytes) {
        check();
        return new ChangesAndRows(
                changes.stream().filter(change -> change.revision() > revision).limit(most).toList(), Map.of());
    }

    private void check() {
        if (away) {
            throw new StoreUnavailableException("away", null);
        }
    }
}
