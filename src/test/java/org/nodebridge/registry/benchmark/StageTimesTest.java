// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StageTimesTest {

    @Test
    void tellsTheMeanOfWhatHappenedBetweenTwoLooks() {
        Map<String, Double> before = Map.of(
                "registry_batch_duration_seconds_sum", 10.0, "registry_batch_duration_seconds_count", 100.0,
                "registry_idle_seconds_sum", 3.0, "registry_idle_seconds_count", 3.0);
        Map<String, Double> after = Map.of(
                "registry_batch_duration_seconds_sum", 12.0, "registry_batch_duration_seconds_count", 120.0,
                "registry_idle_seconds_sum", 3.0, "registry_idle_seconds_count", 3.0,
                "registry_stage_seconds_sum{stage=\"decode\"}", 0.5,
                "registry_stage_seconds_count{stage=\"decode\"}", 50.0);

        assertThat(StageTimes.between(before, after)).containsOnly(
                Map.entry("batch_duration", 100.0), Map.entry("stage{stage=\"decode\"}", 10.0));
    }
}
