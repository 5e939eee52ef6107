// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.benchmark.SteadyState.Window;

class SteadyStateTest {

    @Test
    void isReachedWhenThreeWindowsInARowCostTheSame() {
        assertThat(state(2, 1, 0.6, 0.5, 0.51, 0.5).isReached()).isTrue();
        assertThat(state(0.5, 0.5, 0.5, 2, 0.5, 0.5).isReached()).isFalse();
        assertThat(state(2, 1, 0.6, 0.55, 0.5).isReached()).isFalse();
        assertThat(state(0.5, 0.5).isReached()).isFalse();
    }

    @Test
    void keepsTheFirstWindowApartAndPutsTheLastOnesTogether() {
        SteadyState state = state(2, 1, 0.6, 0.5, 0.4);

        assertThat(state.first().cpuMillis("registry")).isEqualTo(2);
        assertThat(state.steady().cpuMillis("registry")).isCloseTo(0.5, offset(1e-9));
        assertThat(state.steady().throughput()).isEqualTo(new Throughput(3_000, 3_000_000_000L));
        assertThat(state.steady().latencies().count()).isEqualTo(3);
    }

    /** Windows of a second with a thousand operations, each of which costs the registry so many milliseconds. */
    private static SteadyState state(double... costs) {
        return new SteadyState("registry", DoubleStream.of(costs).mapToObj(SteadyStateTest::window).toList());
    }

    private static Window window(double cost) {
        Latencies latencies = new Latencies();
        latencies.record(1_000_000);
        return new Window(new Throughput(1_000, 1_000_000_000L), latencies, Map.of("registry", cost));
    }
}
