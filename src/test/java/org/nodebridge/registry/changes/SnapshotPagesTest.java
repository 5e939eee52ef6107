// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.changes.RemoteChanges.RemoteNode;
import org.nodebridge.registry.store.ToolRegistration;

class SnapshotPagesTest {

    private static final long MOST_BYTES = 2_000_000;

    private final ManyNodes stored = new ManyNodes();
    private int length = 100;
    private final SnapshotPages pages = new SnapshotPages(
            stored,
            new Representation() {
                @Override
                public String registration(ToolRegistration row) {
                    return row.nodeId() + "x".repeat(length);
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
            MOST_BYTES);

    @Test
    void givesEachNodeOnceInOrder() {
        stored.have(2_500);

        assertThat(all(new SnapshotReader(pages))).hasSize(2_500).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void isReadOnceForAllWhoHaveAskedBefore() {
        stored.have(2_500);
        SnapshotReader one = new SnapshotReader(pages);
        SnapshotReader other = new SnapshotReader(pages);
        all(one);
        int reads = stored.reads;

        assertThat(all(other)).hasSize(2_500);
        assertThat(stored.reads).isEqualTo(reads);

        all(new SnapshotReader(pages));
        assertThat(stored.reads).as("one who asks later is not given what was read before").isGreaterThan(reads);
    }

    @Test
    void keepsNoMoreThanItsBytesForAnyNodes() {
        stored.have(20);
        length = 900_000;

        assertThat(all(new SnapshotReader(pages))).hasSize(20);
        assertThat(pages.keptBytes()).isBetween(1L, MOST_BYTES);
    }

    @Test
    void asksForFewNodesAfterAPageThatHadRoomForFewAndForManyAgainWhereTheyAreSmall() {
        stored.have(2_500);
        stored.roomFor = 2;
        SnapshotReader reader = new SnapshotReader(pages);
        IntStream.range(0, 7).forEach(i -> reader.next());
        assertThat(stored.limits).containsExactly(1_000, 6, 6, 6);

        stored.roomFor = 2_500;
        assertThat(all(reader)).hasSize(2_500 - 7);
        assertThat(stored.limits).endsWith(6, 14, 30, 62, 126, 254, 510, 1_000, 1_000);
    }

    @Test
    void saysTheRevisionOfTheFirstPageBeforeItGivesItsNodes() {
        stored.have(3);
        SnapshotReader reader = new SnapshotReader(pages);

        assertThat(reader.begin()).as("the first that was read").isEqualTo(1);
        assertThat(all(reader)).hasSize(3);
        assertThat(stored.reads).isEqualTo(1);
    }

    /** Its changes up to the revision of the first page would never be sent. */
    @Test
    void givesNoLaterPageThatIsOlderThanTheFirst() {
        stored.have(401);
        SnapshotReader late = new SnapshotReader(pages);
        all(new SnapshotReader(pages));
        pages.next(null, System.nanoTime(), 0); // read again, as when it has been dropped
        long first = late.begin();
        int reads = stored.reads;

        assertThat(all(late)).hasSize(401);

        assertThat(first).as("the first page is read after the second").isEqualTo(3);
        assertThat(stored.reads).as("and the second once more").isEqualTo(reads + 1);
    }

    @Test
    void givesTheSameNodeAgainToOneWhoCouldNotSendIt() {
        stored.have(3);
        SnapshotReader reader = new SnapshotReader(pages);
        reader.next();
        StreamEvent second = reader.next();

        reader.back();

        assertThat(reader.next().data()).isEqualTo(second.data());
        assertThat(reader.next()).isNotNull();
        assertThat(reader.next()).isNull();
    }

    private static List<String> all(SnapshotReader reader) {
        List<String> nodes = new ArrayList<>();
        for (StreamEvent event = reader.next(); event != null; event = reader.next()) {
            nodes.add(event.data().substring(0, 10));
        }
        return nodes;
    }

    /** Nodes whose ids have ten characters. */
    private static final class ManyNodes extends ChangesRepository {

        private List<String> ids = List.of();
        private final List<Integer> limits = new ArrayList<>();
        private int reads;
        private int roomFor = 400;

        void have(int count) {
            ids = IntStream.range(0, count).mapToObj("node-%05d"::formatted).toList();
        }

        @Override
        public Discoverable discoverable(String after, int limit, long bytes) {
            reads++;
            limits.add(limit);
            List<ToolRegistration> rows = ids.stream()
                    .filter(id -> after == null || id.compareTo(after) > 0)
                    .limit(Math.min(limit, roomFor))
                    .<ToolRegistration>map(Row::new)
                    .toList();
            return new Discoverable(rows,
                    !rows.isEmpty() && !rows.get(rows.size() - 1).nodeId().equals(ids.get(ids.size() - 1)), reads);
        }
    }

    private static final class Row extends ToolRegistration {

        private final String id;

        Row(String id) {
            this.id = id;
        }

        @Override
        public String nodeId() {
            return id;
        }

        @Override
        public org.nodebridge.registry.event.NodeType type() {
            return org.nodebridge.registry.event.NodeType.EFFECT;
        }
    }
}
