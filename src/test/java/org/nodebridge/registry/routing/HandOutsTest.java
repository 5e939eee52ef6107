// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.routing.HandOuts.OfNode;

class HandOutsTest {

    private static final long MINUTE = HandOuts.MINUTE_MILLIS;
    /** Of a clock that may say less than zero. */
    private static final long START = -3 * MINUTE;

    private final HandOuts handOuts = new HandOuts();

    @Test
    void countsEachMinuteOfANodeForItself() {
        handOuts.count("a", START);
        handOuts.count("a", START + 1);
        handOuts.count("b", START + MINUTE);
        handOuts.count("a", START + 4 * MINUTE);

        assertThat(of("a", START + 5 * MINUTE)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0);
        assertThat(of("b", START + 5 * MINUTE)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
    }

    @Test
    void forgetsWhatIsOlderThanAQuarterOfAnHour() {
        handOuts.count("a", START);
        handOuts.count("a", START + MINUTE);

        assertThat(of("a", START + 15 * MINUTE)).containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        handOuts.count("b", START + 500 * MINUTE);
        assertThat(handOuts.size()).isEqualTo(1);
        assertThat(of("b", START + 500 * MINUTE)).endsWith(1);
    }

    @Test
    void countsTogetherThoseForWhichThereIsNoRoom() {
        IntStream.range(0, HandOuts.MAX_NODES + 5).forEach(each -> handOuts.count("node-" + each, START));
        handOuts.count("node-0", START);

        assertThat(handOuts.size()).isEqualTo(HandOuts.MAX_NODES);
        assertThat(of(null, START)).endsWith(5);
        assertThat(of("node-0", START)).endsWith(2);
        assertThat(of(null, START + 15 * MINUTE)).containsOnly(0);
    }

    @Test
    void sharesAreOfAllAndTheSmallOnesAreAddedUp() {
        for (int node = 0; node < 12; node++) {
            for (int call = 0; call <= node; call++) {
                handOuts.count("node-" + node, START);
            }
        }

        RouteShares shares = RouteShares.of(handOuts.all(START), START);

        assertThat(shares.total()).isEqualTo(78);
        assertThat(shares.nodes()).hasSize(10).extracting(RouteShares.NodeShare::nodeId)
                .startsWith("node-11", "node-10");
        assertThat(shares.nodes().get(0).share()).isEqualTo(12 / 78.0);
        assertThat(shares.nodes().get(0).handedOut()).hasSize(15).endsWith(12);
        assertThat(shares.others()).hasSize(15).endsWith(3);
        assertThat(shares.minutes()).hasSize(15).isSorted();
        assertThat(RouteShares.of(List.of(), START).nodes()).isEmpty();
    }

    private int[] of(String nodeId, long now) {
        return handOuts.all(now).stream()
                .filter(one -> nodeId == null ? one.nodeId() == null : nodeId.equals(one.nodeId()))
                .map(OfNode::counts)
                .findFirst()
                .orElseThrow();
    }
}
