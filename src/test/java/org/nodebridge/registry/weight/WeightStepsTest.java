// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.weight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.config.WeightSettings;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.store.RegistrationStatus;

class WeightStepsTest {

    private static final long NOW = 1_000_000;
    private static final int AVERAGE = WeightSettings.AVERAGE_STEP;

    private static DiscoveredNode node(String id, float capacity, long operations, long age) {
        return node(id, RegistrationStatus.ACTIVE, capacity, operations, age);
    }

    private static DiscoveredNode node(
            String id, RegistrationStatus status, float capacity, long operations, long age) {
        return new DiscoveredNode(
                id, "effect", null, null, List.of(), List.of(), "{}", status, CheckStatus.PASSING, true, false,
                capacity, 0, operations, Float.NaN, NOW - age);
    }

    private static List<Integer> steps(DiscoveredNode... nodes) {
        WeightSteps steps = new WeightSteps(List.of(nodes), NOW);
        return Arrays.stream(nodes).map(steps::of).toList();
    }

    @Test
    void nodesThatAreAlikeHaveTheAverage() {
        assertThat(steps(node("a", 1, 10, 0), node("b", 1, 10, 0))).containsOnly(AVERAGE);
        assertThat(steps(node("a", 100, 500, 0), node("b", 100, 500, 0))).containsOnly(AVERAGE);
        assertThat(steps(node("a", 1, 0, 0), node("b", 1, 1, 0))).as("one call is chance")
                .allSatisfy(step -> assertThat(Math.abs(step - AVERAGE)).isLessThan(2));
    }

    @Test
    void twiceTheCapacityIsTwoStepsMore() {
        List<Integer> steps = steps(
                node("a", 1, 10, 0), node("b", 2, 20, 0), node("c", 4, 40, 0), node("d", 1, 10, 0));

        assertThat(steps.get(1) - steps.get(0)).isEqualTo(2);
        assertThat(steps.get(2) - steps.get(1)).isEqualTo(2);
        assertThat(steps.get(3)).isEqualTo(steps.get(0));
    }

    @Test
    void loadBesideTheCapacityTakesStepsAway() {
        List<Integer> steps = steps(
                node("a", 1, 40, 0), node("b", 1, 40, 0), node("c", 1, 40, 0), node("busy", 1, 400, 0));

        assertThat(steps.get(3)).isLessThanOrEqualTo(AVERAGE - 2);
        assertThat(steps.get(0)).isGreaterThanOrEqualTo(AVERAGE);
    }

    @Test
    void aNodeThatSaysNothingOfLateHasTheStepOfItsCapacity() {
        List<Integer> steps = steps(
                node("a", 1, 100, 0), node("b", 1, 10, 0), node("silent", 1, -1, 0), node("old", 1, 900, 200_000));

        assertThat(steps.subList(2, 4)).containsOnly(AVERAGE);
        assertThat(steps(node("a", 1, -1, 0))).as("nobody says anything").containsOnly(AVERAGE);
    }

    @Test
    void aNodeThatCannotBeCalledDoesNotChangeTheAverage() {
        assertThat(steps(
                node("a", 1, 10, 0), node("b", 1, 10, 0),
                node("suspect", RegistrationStatus.SUSPECT, 900, 9000, 0)).subList(0, 2)).containsOnly(AVERAGE);
    }

    @Test
    void staysWithinTheStepsForAnyNodes() {
        List<Integer> steps = steps(
                node("a", 0.01f, Long.MAX_VALUE, 0), node("b", 1000, 0, 0), node("c", 1, 1, 0), node("d", 1, 1, 0));

        assertThat(steps).allSatisfy(step -> assertThat(step).isBetween(1, ServiceWeights.STEPS));
        assertThat(steps.get(0)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
               , 4, 4
            6  , 6, 6
            6  , 7, 6
            6  , 5, 6
            6  , 8, 8
            6  , 4, 4
            10 , 1, 1
            """)
    void aStepStandsUntilTwoLieBetween(Integer standing, int wanted, int next) {
        assertThat(WeightSteps.next(standing, wanted)).isEqualTo(next);
    }

    /** Load follows weights, by which callers go, and weights follow load: that must come to rest. */
    @Test
    void weightsAndLoadComeToRest() {
        int[] steps = new int[10];
        Arrays.fill(steps, AVERAGE);
        double[] slowness = new double[10];
        Arrays.fill(slowness, 1);
        slowness[0] = 10;
        int changes = 0;
        int lastChange = 0;
        for (int round = 0; round < 30; round++) {
            int[] weights = Arrays.stream(steps).map(step -> ServiceWeights.ofStep(step).passing()).toArray();
            double sum = Arrays.stream(weights).sum();
            DiscoveredNode[] nodes = IntStream.range(0, 10)
                    .mapToObj(i -> node("n" + i, 1, Math.round(400 * weights[i] / sum * slowness[i]), 0))
                    .toArray(DiscoveredNode[]::new);
            WeightSteps wanted = new WeightSteps(List.of(nodes), NOW);
            for (int i = 0; i < 10; i++) {
                int next = WeightSteps.next(steps[i], wanted.of(nodes[i]));
                changes += next == steps[i] ? 0 : 1;
                lastChange = next == steps[i] ? lastChange : round;
                steps[i] = next;
            }
        }

        assertThat(steps[0]).isLessThanOrEqualTo(AVERAGE - 2);
        assertThat(lastChange).as("the last round that changed something").isLessThan(5);
        assertThat(changes).isBetween(1, 20);
    }

    @Test
    void everyStepIsAnotherWeightToHaproxy() {
        List<Integer> seen = IntStream.rangeClosed(1, ServiceWeights.STEPS)
                .map(step -> ServiceWeights.ofStep(step).passing())
                .mapToObj(weight -> (weight + 255) / 256)
                .toList();

        assertThat(seen).isSorted().doesNotHaveDuplicates().allMatch(units -> units > 1 && units < 256);
        assertThat(ServiceWeights.ofStep(AVERAGE).warning()).isLessThan(ServiceWeights.ofStep(AVERAGE - 2).passing());
        assertThat(ServiceWeights.ofStep(null)).isEqualTo(new ServiceWeights(1, 1));
    }
}
