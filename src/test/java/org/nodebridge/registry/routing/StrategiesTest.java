// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.DiscoveredNode.LeftOut;
import org.nodebridge.registry.store.RegistrationStatus;

class StrategiesTest {

    private static final long NOW = 1_000_000;

    private final Strategies strategies = new Strategies(new Random(7));
    private final NodeLoads loads = new NodeLoads();

    private NodePool pool(DiscoveredNode... nodes) {
        return NodePool.of(List.of(nodes), Nodes.ANY, loads::of, NOW);
    }

    /** How many of so many calls, each of which is handed out, each node gets. */
    private Map<String, Integer> calls(NodePool pool, Strategy strategy, int count) {
        Map<String, Integer> calls = new HashMap<>();
        for (int i = 0; i < count; i++) {
            Choice choice = strategies.choose(pool, strategy, "key-" + i, 1, NOW).get(0);
            pool.loads[choice.index()].handOut(NOW);
            calls.merge(pool.nodes[choice.index()].nodeId(), 1, Integer::sum);
        }
        return calls;
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void givesEachNodeOnceAndNoMoreThanThereAre(Strategy strategy) {
        NodePool pool = pool(Nodes.of("a"), Nodes.of("b"), Nodes.of("c"));

        List<Choice> choices = strategies.choose(pool, strategy, "key", 5, NOW);

        assertThat(choices).extracting(Choice::index).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(strategies.choose(pool(), strategy, "key", 5, NOW)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Strategy.class, names = {"P2C", "WEIGHTED"})
    void sharesCallsByCapacity(Strategy strategy) {
        Map<String, Integer> calls = calls(
                pool(Nodes.of("a", 1, -1, 0), Nodes.of("b", 4, -1, 0), Nodes.of("c", 1, -1, 0)), strategy, 6000);

        assertThat(calls.get("a")).isCloseTo(1000, within(150));
        assertThat(calls.get("b")).isCloseTo(4000, within(300));
    }

    @Test
    void theBetterOfTwoHasFewerCallsInFlightForItsCapacity() {
        NodePool pool = pool(Nodes.of("busy", 4, 40, NOW - 1000), Nodes.of("idle", 1, 2, NOW - 1000));

        assertThat(strategies.choose(pool, Strategy.P2C, null, 1, NOW)).singleElement().satisfies(choice -> {
            assertThat(pool.nodes[choice.index()].nodeId()).isEqualTo("idle");
            assertThat(choice.reasons()).containsExactly("better_of_two");
        });
    }

    @Test
    void handOutsCountAndAreForgottenByHalves() {
        NodeLoad load = loads.of("a");
        load.handOut(NOW);
        load.handOut(NOW);

        assertThat(load.handedOut(NOW)).isEqualTo(2);
        assertThat(load.handedOut(NOW + 15_000)).isCloseTo(1, within(1e-9));
        assertThat(load.handedOut(NOW + 30_000)).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void hotNodesLoseToOthersOfAnyLoad() {
        DiscoveredNode cpu = Nodes.withCpu(Nodes.of("hot", 1, 0, NOW - 1000), 91);
        DiscoveredNode warning = Nodes.with(
                Nodes.of("warning", 1, 0, NOW - 1000), RegistrationStatus.ACTIVE, CheckStatus.WARNING);
        DiscoveredNode busy = Nodes.of("busy", 1, 50, NOW - 1000);

        assertThat(calls(pool(cpu, busy), Strategy.P2C, 100)).containsOnlyKeys("busy");
        assertThat(calls(pool(warning, busy), Strategy.P2C, 100)).containsOnlyKeys("busy");
        assertThat(calls(pool(cpu, busy), Strategy.LEAST, 10)).containsOnlyKeys("busy");
        assertThat(calls(pool(cpu, busy), Strategy.WEIGHTED, 4000).get("hot")).isCloseTo(1000, within(150));
        assertThat(strategies.choose(pool(cpu), Strategy.P2C, null, 1, NOW).get(0).reasons())
                .containsExactly("only_one_left", "hot_cpu");
    }

    @Test
    void figuresDoNotCountInTheFirstTenSecondsAndAfterThreeMinutes() {
        DiscoveredNode fresh = Nodes.since(Nodes.of("fresh", 1, 90, NOW - 1000), NOW - 9000);
        DiscoveredNode old = Nodes.of("old", 1, 90, NOW - 181_000);
        DiscoveredNode silent = Nodes.of("silent");
        NodePool pool = pool(fresh, old, silent, Nodes.of("said", 1, 6, NOW - 179_000));

        assertThat(pool.counted).containsExactly(false, false, false, true);
        assertThat(pool.inFlight).as("the average").containsExactly(6, 6, 6, 6);
        assertThat(pool.starting).containsExactly(true, false, false, false);
    }

    @Test
    void aNodeStartsWithATenthOfItsShare() {
        DiscoveredNode fresh = Nodes.since(Nodes.of("fresh"), NOW);
        DiscoveredNode half = Nodes.since(Nodes.of("half"), NOW - 15_000);

        assertThat(pool(fresh, half, Nodes.of("old")).capacity).containsExactly(0.1, 0.5, 1);
        assertThat(calls(pool(fresh, Nodes.of("old")), Strategy.WEIGHTED, 1100).get("fresh"))
                .isCloseTo(100, within(50));
    }

    @Test
    void fewestInFlightGoesByTheCapacityAndLetsChanceDecideAmongEquals() {
        NodePool pool = pool(
                Nodes.of("a", 1, 2, NOW), Nodes.of("b", 4, 4, NOW), Nodes.of("c", 1, 1, NOW),
                Nodes.of("d", 1, 9, NOW));

        assertThat(calls(pool, Strategy.LEAST, 200)).containsOnlyKeys("b", "c");
        assertThat(strategies.choose(pool, Strategy.LEAST, null, 4, NOW)).extracting(Choice::index)
                .endsWith(0, 3);
    }

    @Test
    void aKeyKeepsItsNodeWhenOthersComeAndGo() {
        DiscoveredNode[] ten = IntStream.range(0, 10).mapToObj(i -> Nodes.of("node-" + i))
                .toArray(DiscoveredNode[]::new);
        DiscoveredNode[] nine = Stream.of(ten).filter(node -> !node.nodeId().equals("node-3"))
                .toArray(DiscoveredNode[]::new);
        Map<String, String> before = byKey(pool(ten));
        Map<String, String> after = byKey(pool(nine));

        assertThat(new TreeSet<>(before.values())).hasSize(10);
        before.forEach((key, node) -> {
            if (!node.equals("node-3")) {
                assertThat(after).containsEntry(key, node);
            }
        });
        assertThat(byKey(pool(ten))).isEqualTo(before);
    }

    private Map<String, String> byKey(NodePool pool) {
        Map<String, String> nodes = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            int index = strategies.choose(pool, Strategy.HASH, "key-" + i, 1, NOW).get(0).index();
            nodes.put("key-" + i, pool.nodes[index].nodeId());
        }
        return nodes;
    }

    @Test
    void aKeyPassesOverANodeWithAQuarterMoreThanTheMean() {
        NodePool pool = pool(Nodes.of("a", 1, 20, NOW), Nodes.of("b", 1, 11, NOW), Nodes.of("c", 1, 11, NOW));

        assertThat(calls(pool, Strategy.HASH, 300)).containsOnlyKeys("b", "c");
        assertThat(strategies.choose(pool, Strategy.HASH, "key", 3, NOW).get(2).reasons())
                .containsExactly("over_bound");
    }

    @Test
    void leavesOutWhatCannotBeCalledAndSaysWhy() {
        NodePool pool = pool(
                Nodes.of("good"),
                Nodes.with(Nodes.of("suspect"), RegistrationStatus.SUSPECT, CheckStatus.WARNING),
                Nodes.with(Nodes.of("draining"), RegistrationStatus.DRAINING, CheckStatus.PASSING),
                Nodes.with(Nodes.of("critical"), RegistrationStatus.ACTIVE, CheckStatus.CRITICAL),
                Nodes.notCallable(Nodes.of("nowhere")),
                Nodes.notCallable(Nodes.with(Nodes.of("lost"), RegistrationStatus.SUSPECT, CheckStatus.WARNING)));

        assertThat(pool.nodes).extracting(DiscoveredNode::nodeId).containsExactly("good");
        assertThat(pool.leftOut).isEqualTo(Map.of(
                LeftOut.SUSPECT, 2, LeftOut.DRAINING, 1, LeftOut.CRITICAL, 1, LeftOut.NOT_CALLABLE, 1));
        assertThat(pool.suspects).extracting(DiscoveredNode::nodeId).containsExactly("suspect");
    }

    @Test
    void fitsAllFiltersOrNot() {
        assertThat(fits(Set.of("effect", "compute"), Set.of("eu"), Set.of("read"), Set.of("rack=7"), "^1.4")).isTrue();
        assertThat(fits(Set.of("compute"), Set.of(), Set.of(), Set.of(), null)).isFalse();
        assertThat(fits(Set.of(), Set.of("us"), Set.of(), Set.of(), null)).isFalse();
        assertThat(fits(Set.of(), Set.of(), Set.of("read", "sing"), Set.of(), null)).isFalse();
        assertThat(fits(Set.of(), Set.of(), Set.of(), Set.of("rack=8"), null)).isFalse();
        assertThat(fits(Set.of(), Set.of(), Set.of(), Set.of(), ">=2")).isFalse();
    }

    private boolean fits(
            Set<String> types, Set<String> regions, Set<String> capabilities, Set<String> metadata, String version) {
        NodeFilter filter = new NodeFilter(types, regions, capabilities, metadata, version);
        return NodePool.of(List.of(Nodes.of("a")), filter, loads::of, NOW).size() == 1;
    }
}
