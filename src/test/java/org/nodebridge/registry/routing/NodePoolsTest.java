// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.NodeTable;

class NodePoolsTest {

    private static final NodeFilter WRITERS =
            new NodeFilter(Set.of(), Set.of(), Set.of("write"), Set.of(), null);

    private final NodePools pools = new NodePools();
    private final NodeTable table = NodeTable.of(List.of(Nodes.of("a"), Nodes.of("b")));

    @Test
    void keepsWhatItFoundWhileTheViewIsTheSameAndForASecond() {
        NodePool first = pools.of(table, WRITERS, 1000);

        assertThat(pools.of(table, WRITERS, 1999)).isSameAs(first);
        assertThat(pools.of(table, WRITERS, 2000)).isNotSameAs(first);
        assertThat(pools.of(table, Nodes.ANY, 2000)).isNotSameAs(first);
    }

    @Test
    void findsAgainAsSoonAsTheViewChanges() {
        pools.of(table, WRITERS, 1000);

        NodePool next = pools.of(NodeTable.of(List.of(Nodes.of("b"))), WRITERS, 1001);

        assertThat(next.nodes).extracting(DiscoveredNode::nodeId).containsExactly("b");
    }

    @Test
    void whatWasHandedOutOutlastsAPool() {
        pools.of(table, WRITERS, 1000).loads[0].handOut(1000);

        assertThat(pools.of(table, WRITERS, 5000).loads[0].handedOut(1000)).isEqualTo(1);
        assertThat(pools.of(table, Nodes.ANY, 5000).loads[0].handedOut(1000)).isEqualTo(1);
    }

    @Test
    void isBoundedInFiltersAndInNodes() {
        for (int i = 0; i < 250; i++) {
            pools.of(table, new NodeFilter(Set.of(), Set.of("region-" + i), Set.of(), Set.of(), null), 1000);
        }
        assertThat(pools.size()).isEqualTo(100);

        NodeTable large = NodeTable.of(IntStream.range(0, 30_000).mapToObj(i -> Nodes.of("node-" + i)).toList());
        for (int i = 0; i < 20; i++) {
            pools.of(large, new NodeFilter(Set.of(), Set.of(), Set.of(), Set.of(), ">=0." + i), 1000);
        }
        assertThat(pools.size()).isLessThanOrEqualTo(7);
    }
}
