// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.DiscoverySettings;
import org.nodebridge.registry.discovery.DiscoveredNode.LeftOut;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

class DiscoveryViewTest {

    private final TableOfNodes table = new TableOfNodes();
    private long now = 1_000_000;
    private final DiscoveryView view = view(1000);

    private DiscoveryView view(int maxNodes) {
        return new DiscoveryView(
                table, new DiscoverySettings(maxNodes, Duration.ofMinutes(5)), List.of("api"), () -> now);
    }

    @Test
    void answersNothingBeforeAllNodesHaveBeenRead() {
        assertThatThrownBy(view::current).isInstanceOf(ViewUnavailableException.class).hasMessageContaining("not all");
    }

    @Test
    void hasEveryNodeAfterTheFirstReadAndEveryChangeAfterTheNext() {
        for (int i = 0; i < 1200; i++) {
            table.put("node-" + i, "active");
        }
        DiscoveryView large = view(5000);
        large.follow();
        assertThat(large.size()).isEqualTo(1200);

        table.put("node-7", "draining").remove("node-8").put("a-new-one", "active");
        large.follow();

        assertThat(large.size()).isEqualTo(1200);
        NodeTable nodes = large.current().table();
        assertThat(nodes.find("node-7").orElseThrow().leftOut()).isEqualTo(LeftOut.DRAINING);
        assertThat(nodes.find("node-8")).isEmpty();
        assertThat(nodes.find("a-new-one")).isPresent();
        assertThat(nodes.nodes()).extracting(DiscoveredNode::nodeId).isSorted();
        assertThat(table.fullReads).isEqualTo(1);
    }

    @Test
    void leavesOutANodeThatIsCordonedAndTakesItBack() {
        NodeRow row = TableOfNodes.row("a", "active", "passing");
        table.put(row);
        view.follow();
        table.put(new NodeRow("a", row.nodeType(), row.nodeVersion(), row.region(), row.status(), row.checkStatus(),
                row.capabilities(), row.metadata(), row.endpoints(), null, 600, null, null, null, true));
        view.follow();
        assertThat(view.current().table().find("a").orElseThrow().leftOut()).isEqualTo(LeftOut.CORDONED);

        table.put(row);
        view.follow();

        assertThat(view.current().table().find("a").orElseThrow().leftOut()).isNull();
    }

    @Test
    void missesNoChangeThatIsMadeWhileAllNodesAreRead() {
        table.put("a", "active").put("b", "active");
        table.duringLoad(() -> table.remove("a").put("c", "active"));

        view.follow();
        view.follow();

        assertThat(ids()).containsExactly("b", "c");
    }

    @Test
    void readsAllNodesAgainWhenTheHistoryDoesNotLeadOn() {
        table.put("a", "active");
        view.follow();
        table.put("b", "active");
        table.prune();

        view.follow();

        assertThat(ids()).containsExactly("a", "b");
        assertThat(table.fullReads).isEqualTo(2);
    }

    @Test
    void countsFromTheBeginningHowLongItFollowsAHistoryThatIsAnother() {
        table.put("a", "active");
        view.follow();
        now += 100_000;
        view.follow();
        assertThat(view.historyFollowedFor()).isEqualTo(Duration.ofSeconds(100));

        table.become(new UUID(0, 2));
        view.follow();
        now += 1_000;

        assertThat(view.historyFollowedFor()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void findsWithinFiveMinutesWhatIsNotInTheHistory() {
        DiscoveryView large = view(5000);
        for (int i = 0; i < 1200; i++) {
            table.put("node-" + i, "active");
        }
        large.follow();
        NodeTable before = large.current().table();
        table.foreign(TableOfNodes.row("another", "active", "passing"))
                .foreign(TableOfNodes.row("node-7", "draining", "passing"))
                .foreignDelete("node-8").foreignDelete("node-999");
        large.follow();
        assertThat(large.current().table()).isSameAs(before);

        now += Duration.ofMinutes(5).toMillis();
        table.put("node-1", "draining");
        for (int i = 0; i < 5; i++) {
            large.follow();
        }

        NodeTable nodes = large.current().table();
        assertThat(nodes.size()).isEqualTo(1199);
        assertThat(nodes.find("another")).isPresent();
        assertThat(nodes.find("node-7").orElseThrow().leftOut()).isEqualTo(LeftOut.DRAINING);
        assertThat(nodes.find("node-8")).isEmpty();
        assertThat(nodes.find("node-999")).isEmpty();
        assertThat(table.fullReads).isEqualTo(2);
    }

    /** As by TRUNCATE: callers are given time before anybody tells them that the services are gone. */
    @Test
    void countsFromTheBeginningHowLongItFollowsATableThatHasBeenEmptied() {
        DiscoveryView large = view(5000);
        for (int i = 0; i < 1200; i++) {
            table.put("node-" + i, "active");
        }
        large.follow();
        for (int i = 0; i < 1200; i++) {
            table.foreignDelete("node-" + i);
        }
        now += Duration.ofMinutes(5).toMillis();

        while (large.size() > 0) {
            int before = large.size();
            large.follow();
            now += 500;
            if (large.size() < before) {
                assertThat(large.historyFollowedFor()).as("with %d nodes left", large.size())
                        .isLessThan(Duration.ofSeconds(5));
            }
        }

        now += 10_000;
        large.follow();
        assertThat(large.historyFollowedFor()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
    }

    @Test
    void countsFromTheBeginningWhereMostNodesAreGoneWithoutAWordAndNotForAFew() {
        for (int i = 0; i < 100; i++) {
            table.put("node-" + i, "active");
        }
        view.follow();
        table.foreignDelete("node-1").foreignDelete("node-2");
        now += Duration.ofMinutes(5).toMillis();
        view.follow();
        view.follow();
        view.follow();
        assertThat(view.size()).isEqualTo(98);
        assertThat(view.historyFollowedFor()).isEqualTo(Duration.ofMinutes(5));

        for (int i = 30; i < 100; i++) {
            table.foreignDelete("node-" + i);
        }
        now += Duration.ofMinutes(6).toMillis();
        view.follow();
        view.follow();
        view.follow();
        assertThat(view.size()).isEqualTo(28);
        assertThat(view.historyFollowedFor()).isZero();
    }

    @Test
    void countsFromTheBeginningSinceTheLastNodeOfAllHasLeft() {
        table.put("a", "active").put("b", "active");
        view.follow();
        now += 100_000;
        table.remove("a");
        view.follow();
        assertThat(view.historyFollowedFor()).isEqualTo(Duration.ofSeconds(100));

        table.remove("b");
        view.follow();
        now += 1_000;

        assertThat(view.historyFollowedFor()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void leavesTheTableAsItIsWhenAllNodesAreAsInTheHistory() {
        table.put("a", "active").put("b", "suspect");
        view.follow();
        NodeTable before = view.current().table();
        table.heartbeat("a", 2, 7);
        now += Duration.ofMinutes(5).toMillis();

        view.follow();

        assertThat(table.fullReads).isEqualTo(2);
        assertThat(view.current().table()).isSameAs(before);
    }

    @Test
    void datesTheSameHeartbeatAsBeforeWhenARowIsReadAgain() {
        table.put("a", "active");
        table.heartbeat("a", 2, 7);
        view.follow();
        long at = view.current().table().find("a").orElseThrow().heartbeatAt();
        now += 30;
        table.put(TableOfNodes.row("b", "active", "passing")).touch("a");
        view.follow();
        assertThat(view.current().table().find("a").orElseThrow().heartbeatAt()).isEqualTo(at);

        now += 10;
        table.touch("a").prune();
        view.follow();

        assertThat(table.fullReads).isEqualTo(2);
        assertThat(view.current().table().find("a").orElseThrow().heartbeatAt()).isEqualTo(at);
    }

    @Test
    void readsAllNodesAgainWhenItIsAnotherHistory() {
        table.put("a", "active");
        view.follow();
        table.become(new UUID(0, 2));
        table.put("z", "active");

        view.follow();

        assertThat(ids()).containsExactly("z");
    }

    @Test
    void servesWhatItHasWhilePostgresIsUnavailableUntilThatIsTooOld() {
        table.put("a", "active");
        view.follow();
        table.unavailable(true);
        now += Duration.ofMinutes(4).toMillis();
        assertThatThrownBy(view::follow).isInstanceOf(StoreUnavailableException.class);

        assertThat(ids()).containsExactly("a");
        assertThat(view.ageMillis()).isEqualTo(240_000);

        now += Duration.ofMinutes(2).toMillis();
        assertThatThrownBy(view::current).isInstanceOf(ViewUnavailableException.class)
                .hasMessageContaining("registry.route.stale-for");

        table.unavailable(false);
        view.follow();
        assertThat(ids()).containsExactly("a");
        assertThat(view.ageMillis()).isZero();
    }

    @Test
    void refusesNodesBeyondItsBoundAndTakesThemWhenThereIsRoom() {
        DiscoveryView small = view(2);
        table.put("a", "active").put("b", "active").put("c", "active");
        small.follow();
        assertThat(small.size()).isEqualTo(2);
        assertThat(small.refused()).isEqualTo(1);
        assertThatThrownBy(small::complete).hasMessageContaining("registry.discovery.max-nodes");
        assertThat(small.current().table().size()).isEqualTo(2);

        table.put("d", "active").remove("a");
        small.follow();
        assertThat(small.size()).isLessThanOrEqualTo(2);
        table.remove("b");
        now += 61_000;
        small.follow();

        assertThat(small.complete().table().nodes()).extracting(DiscoveredNode::nodeId).containsExactly("c", "d");
    }

    @Test
    void isBoundedInBytesTooForAnyNodes() {
        DiscoveryView small = view(10);
        String longList = "[\"" + "x".repeat(100) + "\"]";
        for (int i = 0; i < 10; i++) {
            table.put(new NodeRow("node-" + i, "effect", null, null, "active", "passing", longList, longList,
                    "{\"api\": \"http://10.0.0.5:8080/" + "y".repeat(4000) + "\"}", null, 1, null, null, null, false));
        }

        small.follow();

        assertThat(small.current().table().bytes()).isLessThanOrEqualTo(20_000);
        assertThat(small.refused()).isPositive();
        assertThat(small.size() + small.refused()).isEqualTo(10);
    }

    @Test
    void takesFiguresOfHeartbeatsWithoutAChange() {
        table.put("a", "active").put("b", "active");
        view.follow();
        table.heartbeat("a", 2, 7);
        now += 2000;

        view.readLoads();

        DiscoveredNode node = view.current().table().find("a").orElseThrow();
        assertThat(node.activeOperations()).isEqualTo(7);
        assertThat(node.cpuPercent()).isEqualTo(12.5f);
        assertThat(node.heartbeatAt()).isEqualTo(now - 2000);
        assertThat(view.current().table().find("b").orElseThrow().heartbeatAt()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void readsFiguresOnlyWhileSomebodyAsks() {
        view.askForLoads();
        assertThat(view.needsLoads()).as("before it knows any node").isFalse();
        now += 60_001;
        view.follow();
        assertThat(view.needsLoads()).as("while nobody asks").isFalse();

        view.askForLoads();

        assertThat(view.needsLoads()).isTrue();
        now += 60_000;
        assertThat(view.needsLoads()).isTrue();
        now++;
        assertThat(view.needsLoads()).isFalse();
    }

    @Test
    void readsOnlyFiguresThatAreNewButAllOnceAMinute() {
        view.follow();
        view.readLoads();
        assertThat(table.lastLoadSeconds).isEqualTo(180);

        now += 2000;
        view.readLoads();
        assertThat(table.lastLoadSeconds).isEqualTo(17);

        now += 60_000;
        view.readLoads();
        assertThat(table.lastLoadSeconds).isEqualTo(180);
    }

    @Test
    void saysSinceWhenANodeThatCameBackCouldBeCalled() {
        table.put("a", "suspect");
        view.follow();
        now += 5000;
        table.put("a", "active");
        view.follow();
        long since = now;
        now += 5000;
        table.put("a", "active");
        view.follow();

        assertThat(view.current().table().find("a").orElseThrow().callableSince()).isEqualTo(since);
    }

    @Test
    void keepsACopyOfTextsThatManyNodesShare() {
        table.put("a", "active").put("b", "active");

        view.follow();

        List<DiscoveredNode> nodes = view.current().table().nodes();
        assertThat(nodes.get(0).capabilities()).isSameAs(nodes.get(1).capabilities());
        assertThat(nodes.get(0).metadata()).isSameAs(nodes.get(1).metadata());
    }

    private List<String> ids() {
        return view.current().table().nodes().stream().map(DiscoveredNode::nodeId).toList();
    }
}
