// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.routing.Simulation.Interval;
import org.nodebridge.registry.routing.Simulation.Queue;
import org.nodebridge.registry.servers.ProjectDirectory;

/** What the strategies do with figures that are up to 30 s old; docs/routing.md has the figures of the first seed. */
class SimulationTest {

    private static final int INTERVALS = 20;

    /** Until the slow node has worked off what it got before its second heartbeat. */
    private static final int UNSETTLED = 6;

    private static final Map<String, List<Interval>> RUNS = new ConcurrentHashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theBetterOfTwoSparesASlowNodeAndOverloadsNoOther(long seed) {
        List<Interval> intervals = run(Strategy.P2C, seed);

        assertThat(intervals.subList(2, INTERVALS)).allSatisfy(interval -> {
            assertThat(interval.slowShare()).isLessThan(0.4);
            assertThat(max(interval.loads())).as("of half a minute, of which chance has its part")
                    .isLessThan(2.5 * interval.meanLoad());
        });
        assertThat(max(ofEachNode(intervals.subList(2, INTERVALS))))
                .isLessThan(2 * mean(intervals.subList(2, INTERVALS), Interval::meanLoad));
        // what it got before its second heartbeat has been worked off
        assertThat(settled(intervals)).allSatisfy(
                interval -> assertThat(interval.slowLoad()).isLessThan(6 * interval.meanLoad()));
    }

    /** At one moment chance alone makes queues of more than twice the mean, which is less than half a call. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theBetterOfTwoLeavesQueuesShortAtAnyMoment(long seed) {
        List<Interval> intervals = settled(run(Strategy.P2C, seed));

        Queues ofOne = Queues.of(intervals, 1);
        assertThat(ofOne.ofHundredNinetyNineHave()).isLessThanOrEqualTo(5);
        assertThat(ofOne.longest()).isLessThan(10);
        Queues ofFour = Queues.of(intervals, 4);
        assertThat(ofFour.ofHundredNinetyNineHave()).isLessThanOrEqualTo(2);
        assertThat(ofFour.longest()).isLessThan(4);
        assertThat(ofFour.overTwiceTheMean()).isLessThan(0.15);
    }

    @Test
    void aNodeThatIsWellAgainGetsItsShareBack() {
        List<Interval> intervals = run(Strategy.P2C, 1, 10, 50);

        assertThat(intervals.get(9).slowShare()).isLessThan(0.4);
        assertThat(intervals.subList(40, 50)).as("a quarter of an hour later").allSatisfy(
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
        assertThat(mean(intervals.subList(2, INTERVALS), Interval::meanLoad)).isGreaterThan(
                20 * mean(run(Strategy.P2C, 1).subList(2, INTERVALS), Interval::meanLoad));
    }

    @ParameterizedTest
    @EnumSource(names = {"P2C", "LEAST", "WEIGHTED"})
    void theDocsHaveTheFiguresOfEachStrategy(Strategy strategy) throws IOException {
        List<Interval> intervals = settled(run(strategy, 1));

        assertThat(docs()).contains("| `%s` | %s | %s | %s | %s |".formatted(
                strategy.wireName(), figure(mean(intervals, Interval::slowShare)),
                figure(mean(intervals, Interval::slowLoad)), figure(mean(intervals, Interval::meanLoad)),
                figure(max(ofEachNode(intervals)))));
    }

    @Test
    void theDocsHaveTheFiguresOfQueues() throws IOException {
        List<Interval> chance = settled(run(Strategy.WEIGHTED, 1));
        double growth = (chance.get(chance.size() - 1).slowLoad() - chance.get(0).slowLoad()) / (chance.size() - 1);
        List<Interval> intervals = settled(run(Strategy.P2C, 1));
        double worst = intervals.stream().mapToDouble(interval -> max(interval.loads()) / interval.meanLoad()).max()
                .orElseThrow();

        assertThat(docs())
                .contains("by " + figure(growth) + " calls", figure(worst) + " times")
                .contains(Queues.of(intervals, 1).row(1), Queues.of(intervals, 4).row(4));
    }

    /** As they stand in a table. */
    private static String figure(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
    }

    private static String docs() throws IOException {
        return Files.readString(ProjectDirectory.target().resolveSibling("docs/routing.md"));
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

    private static double mean(List<Interval> intervals, ToDoubleFunction<Interval> of) {
        return intervals.stream().mapToDouble(of).average().orElseThrow();
    }

    private static List<Interval> settled(List<Interval> intervals) {
        return intervals.subList(UNSETTLED, intervals.size());
    }

    private static List<Interval> run(Strategy strategy, long seed) {
        return run(strategy, seed, INTERVALS, INTERVALS);
    }

    private static List<Interval> run(Strategy strategy, long seed, int slowIntervals, int count) {
        return RUNS.computeIfAbsent(
                strategy + " " + seed + " " + slowIntervals + " " + count,
                run -> new Simulation(strategy, seed, (double) slowIntervals * Simulation.HEARTBEAT_MILLIS)
                        .run(count));
    }

    /**
     * What nodes of one capacity had at the moments of their heartbeats, in calls for the capacity.
     *
     * @param overTwiceTheMean the part of them with more than twice of what all nodes have on the average
     */
    private record Queues(double mean, double overTwiceTheMean, double ofHundredNinetyNineHave, double longest) {

        static Queues of(List<Interval> intervals, int capacity) {
            double all = SimulationTest.mean(intervals, Interval::meanLoad);
            double[] loads = intervals.stream()
                    .flatMap(interval -> interval.queues().stream())
                    .filter(queue -> queue.capacity() == capacity)
                    .mapToDouble(Queue::load)
                    .sorted()
                    .toArray();
            return new Queues(
                    IntStream.range(0, loads.length).mapToDouble(i -> loads[i]).average().orElseThrow(),
                    IntStream.range(0, loads.length).filter(i -> loads[i] > 2 * all).count() / (double) loads.length,
                    loads[loads.length * 99 / 100], loads[loads.length - 1]);
        }

        String row(int capacity) {
            return String.format(
                    Locale.ROOT, "| %d | %.2f | %.0f %% | %.2f | %.2f |", capacity, mean, 100 * overTwiceTheMean,
                    ofHundredNinetyNineHave, longest);
        }
    }
}
