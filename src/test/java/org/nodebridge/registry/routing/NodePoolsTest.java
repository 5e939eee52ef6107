// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.DiscoveryView.Known;
import org.nodebridge.registry.discovery.NodeTable;
import org.nodebridge.registry.routing.NodePools.Made;
import org.nodebridge.registry.store.RegistrationStatus;

class NodePoolsTest {

    private static final NodeFilter WRITERS =
            new NodeFilter(Set.of(), Set.of(), Set.of("write"), Set.of(), null);

    private final NodePools pools = new NodePools();
    private final NodeTable table = NodeTable.of(List.of(Nodes.of("a"), Nodes.of("b")));

    private NodePool pool(NodeTable of, NodeFilter filter, long now) {
        return pools.of(new Known(of, 0), filter, now).pool();
    }

    @Test
    void keepsWhatItFoundWhileTheViewIsTheSameAndForASecond() {
        NodePool first = pool(table, WRITERS, 1000);

        assertThat(pool(table, WRITERS, 1999)).isSameAs(first);
        assertThat(pool(table, WRITERS, 2000)).isNotSameAs(first);
        assertThat(pool(table, Nodes.ANY, 2000)).isNotSameAs(first);
    }

    @Test
    void findsAgainAsSoonAsTheViewChanges() {
        pool(table, WRITERS, 1000);

        NodePool next = pool(NodeTable.of(List.of(Nodes.of("b"))), WRITERS, 1001);

        assertThat(next.nodes).extracting(DiscoveredNode::nodeId).containsExactly("b");
    }

    @Test
    void whatWasHandedOutOutlastsAPool() {
        pool(table, WRITERS, 1000).loads[0].handOut(1000);

        assertThat(pool(table, WRITERS, 5000).loads[0].handedOut(1000)).isEqualTo(1);
        assertThat(pool(table, Nodes.ANY, 5000).loads[0].handedOut(1000)).isEqualTo(1);
    }

    @Test
    void isBoundedInFiltersAndInNodes() {
        for (int i = 0; i < 250; i++) {
            pool(table, new NodeFilter(Set.of(), Set.of("region-" + i), Set.of(), Set.of(), null), 1000);
        }
        assertThat(pools.size()).isEqualTo(100);

        NodeTable large = NodeTable.of(IntStream.range(0, 30_000).mapToObj(i -> Nodes.of("node-" + i)).toList());
        for (int i = 0; i < 20; i++) {
            pool(large, new NodeFilter(Set.of(), Set.of(), Set.of(), Set.of(), ">=0." + i), 1000);
        }
        assertThat(pools.size()).isLessThanOrEqualTo(7);
    }

    @Test
    void keepsNoTableThatIsOldForAFilterThatNobodyAsksForAnyMore() {
        for (int i = 0; i < 50; i++) {
            NodeTable next = NodeTable.of(List.of(Nodes.of("a"), Nodes.of("b")));
            pool(next, region(i), 1000 + i * 500L);
        }

        assertThat(pools.size()).isEqualTo(1);
    }

    @Test
    void suspectNodesCountForTheBoundToo() {
        NodeTable suspects = NodeTable.of(IntStream.range(0, 30_000)
                .mapToObj(i -> Nodes.with(Nodes.of("node-" + i), RegistrationStatus.SUSPECT, CheckStatus.CRITICAL))
                .toList());
        for (int i = 0; i < 20; i++) {
            pool(suspects,
                    new NodeFilter(Set.of(), Set.of(), Set.of(), Set.of(), ">=0." + i), 1000);
        }

        assertThat(pools.size()).isLessThanOrEqualTo(6);
    }

    /** Each table has nodes of a version of its own, so that an answer that mixes two tables shows. */
    @Test
    void everyAnswerIsOfOneTableAndSaysOfWhichWhileTheViewChanges() throws Exception {
        AtomicReference<Known> view = new AtomicReference<>(new Known(tableOfVersion(0), 0));
        AtomicBoolean changing = new AtomicBoolean(true);
        AtomicLong now = new AtomicLong(1000);
        List<NodeFilter> filters = List.of(WRITERS, Nodes.ANY, region(1), region(2));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> askers = IntStream.range(0, 8).mapToObj(asker -> threads.submit(() -> {
                int asked = 0;
                for (; changing.get() || asked < 100; asked++) {
                    NodeFilter filter = filters.get((asker + asked) % filters.size());
                    Made made = pools.of(view.get(), filter, now.get());
                    Set<String> versions = versions(made.known().table().nodes());
                    assertThat(versions).hasSize(1);
                    assertThat(versions(List.of(made.pool().nodes))).isIn(Set.of(), versions);
                    assertThat(made.pool().loads).hasSameSizeAs(made.pool().nodes);
                }
                return asked;
            })).toList();
            for (int version = 1; version <= 300; version++) {
                now.addAndGet(version % 3 == 0 ? 500 : 100);
                view.set(new Known(tableOfVersion(version), version));
                Thread.onSpinWait();
            }
            changing.set(false);
            for (Future<Integer> asker : askers) {
                assertThat(asker.get(1, TimeUnit.MINUTES)).isGreaterThanOrEqualTo(100);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(versions(List.of(pool(view.get().table(), WRITERS, now.get() + 500).nodes)))
                .containsExactly("1.0.300");
    }

    private static NodeTable tableOfVersion(int version) {
        return NodeTable.of(IntStream.range(0, 200)
                .mapToObj(i -> Nodes.version(Nodes.of("node-" + i), "1.0." + version))
                .toList());
    }

    private static Set<String> versions(List<DiscoveredNode> nodes) {
        return nodes.stream().map(DiscoveredNode::version).collect(Collectors.toSet());
    }

    private static NodeFilter region(int i) {
        return new NodeFilter(Set.of(), Set.of("region-" + i), Set.of(), Set.of(), null);
    }

    @Test
    void saysOfWhichMomentTheNodesAre() {
        Known later = new Known(table, 1300);
        pools.of(new Known(table, 1000), WRITERS, 1000);

        assertThat(pools.of(later, WRITERS, 1400).known()).isSameAs(later);

        Known next = new Known(NodeTable.of(List.of()), 1500);
        assertThat(pools.of(next, WRITERS, 1500).known()).isSameAs(next);
    }
}
