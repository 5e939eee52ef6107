// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.DiscoveryView.Known;
import org.nodebridge.registry.discovery.NodeTable;
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
