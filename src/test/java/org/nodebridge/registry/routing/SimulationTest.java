// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.routing.Simulation.Interval;

/** What the strategies do with figures that are up to 30 s old; docs/routing.md has the figures. */
class SimulationTest {

    private static final int INTERVALS = 20;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theBetterOfTwoSparesASlowNodeAndOverloadsNoOther(long seed) {
        List<Interval> intervals = run(Strategy.P2C, seed);

        assertThat(intervals.subList(2, INTERVALS)).allSatisfy(interval -> {
            assertThat(interval.slowShare()).isLessThan(0.4);
            assertThat(max(interval.loads())).as("of half a minute, of which chance has its part")
                    .isLessThan(3 * interval.meanLoad());
        });
        assertThat(max(ofEachNode(intervals.subList(2, INTERVALS))))
                .isLessThan(2 * mean(intervals.subList(2, INTERVALS)));
        // what it got before its second heartbeat has been worked off
        assertThat(intervals.subList(6, INTERVALS)).allSatisfy(
                interval -> assertThat(interval.slowLoad()).isLessThan(6 * interval.meanLoad()));
    }

    @Test
    void aNodeThatIsWellAgainGetsItsShareBack() {
        List<Interval> intervals = run(Strategy.P2C, 1, 10, 50);

        assertThat(intervals.get(9).slowShare()).isLessThan(0.4);
        assertThat(intervals.subList(40, 50)).allSatisfy(
                interval -> assertThat(interval.slowShare()).isGreaterThan(0.7));
    }

    @Test
    void chanceAloneOverloadsTheSlowNode() {
        List<Interval> intervals = run(Strategy.WEIGHTED, 1);

        assertThat(intervals.get(INTERVALS - 1).slowLoad())
                .isGreaterThan(100 * intervals.get(INTERVALS - 1).meanLoad());
    }

    @Test
    void theFewestInFlightDrawAllCallersToOneNode() {
        List<Interval> intervals = run(Strategy.LEAST, 1);

        assertThat(intervals.subList(2, INTERVALS)).allSatisfy(
                interval -> assertThat(max(interval.loads())).isGreaterThan(3 * interval.meanLoad()));
        assertThat(mean(intervals.subList(2, INTERVALS)))
                .isGreaterThan(20 * mean(run(Strategy.P2C, 1).subList(2, INTERVALS)));
    }

    private static double max(List<Double> loads) {
        return loads.stream().mapToDouble(load -> load).max().orElseThrow();
    }

    /** Of each node, over all the time. */
    private static List<Double> ofEachNode(List<Interval> intervals) {
        return IntStream.range(0, Simulation.NODES - 1)
                .mapToObj(i -> intervals.stream().mapToDouble(interval -> interval.loads().get(i)).average()
                        .orElseThrow())
                .toList();
    }

    private static double mean(List<Interval> intervals) {
        return intervals.stream().mapToDouble(Interval::meanLoad).average().orElseThrow();
    }

    private static List<Interval> run(Strategy strategy, long seed) {
        return run(strategy, seed, INTERVALS, INTERVALS);
    }

    private static List<Interval> run(Strategy strategy, long seed, int slowIntervals, int count) {
        List<Interval> intervals =
                new Simulation(strategy, seed, (double) slowIntervals * Simulation.HEARTBEAT_MILLIS).run(count);
        List<Interval> settled = intervals.subList(6, count);
        System.out.printf(Locale.ROOT,
                "Simulation of %s %d: slow share %.2f load %.1f, others %.2f, the most loaded %.2f%n",
                strategy, seed, settled.stream().mapToDouble(Interval::slowShare).average().orElseThrow(),
                settled.stream().mapToDouble(Interval::slowLoad).average().orElseThrow(), mean(settled),
                max(ofEachNode(settled)));
        return intervals;
    }
}
