// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.nodebridge.registry.changes.RemoteChanges.RemoteNode;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.store.ToolRegistration;

/** Pages of a snapshot are of different revisions while nodes change; a client comes to what there is all the same. */
class SnapshotOfChangingNodesTest {

    private static final int PAGE = 7;
    private static final int IDS = 60;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final ChangingNodes stored = new ChangingNodes();
    private final SnapshotPages pages = new SnapshotPages(
            stored,
            new Representation() {
                @Override
                public String registration(ToolRegistration row) {
                    return row.nodeId() + "=" + ((Row) row).value;
                }

                @Override
                public String change(Change change, ToolRegistration row) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public String remote(String region, RemoteNode node) {
                    throw new UnsupportedOperationException();
                }
            },
            1_000_000);

    @RepeatedTest(50)
    void withTheChangesAfterItComesToWhatThereIs() {
        change(500);
        SnapshotReader reader = new SnapshotReader(pages);
        SnapshotReader another = new SnapshotReader(pages);
        Map<String, String> known = new HashMap<>();

        long revision = reader.begin();
        for (StreamEvent event = reader.next(); event != null; event = reader.next()) {
            String[] node = event.data().split("=");
            known.put(node[0], node[1]);
            change(random.nextInt(5));
            another.next(); // whose pages are kept for both
        }
        change(random.nextInt(20));
        stored.history.subList((int) revision, stored.history.size()).forEach(change -> change.applyTo(known));

        assertThat(known).as("seed %d", seed).isEqualTo(stored.nodes);
    }

    private void change(int times) {
        for (int i = 0; i < times; i++) {
            stored.change("node-%02d".formatted(random.nextInt(IDS)), random.nextInt(3) == 0);
        }
    }

    /** @param value {@code null} when the node is gone */
    private record Step(String id, String value) {

        void applyTo(Map<String, String> nodes) {
            if (value == null) {
                nodes.remove(id);
            } else {
                nodes.put(id, value);
            }
        }
    }

    private static final class ChangingNodes extends ChangesRepository {

        private final TreeMap<String, String> nodes = new TreeMap<>();
        private final List<Step> history = new ArrayList<>();

        void change(String id, boolean leaves) {
            Step step = new Step(id, leaves ? null : "v" + history.size());
            history.add(step);
            step.applyTo(nodes);
        }

        @Override
        public Discoverable discoverable(String after, int limit, long bytes) {
            List<ToolRegistration> rows = (after == null ? nodes : nodes.tailMap(after, false)).entrySet().stream()
                    .limit(PAGE)
                    .<ToolRegistration>map(node -> new Row(node.getKey(), node.getValue()))
                    .toList();
            boolean more = !rows.isEmpty() && nodes.higherKey(rows.get(rows.size() - 1).nodeId()) != null;
            return new Discoverable(rows, more, history.size());
        }
    }

    private static final class Row extends ToolRegistration {

        private final String id;
        private final String value;

        Row(String id, String value) {
            this.id = id;
            this.value = value;
        }

        @Override
        public String nodeId() {
            return id;
        }

        @Override
        public NodeType type() {
            return NodeType.EFFECT;
        }
    }
}
