// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ResultJsonTest {

    @Test
    void holdsAllThatARunHasFound() throws Exception {
        Report report = new Report();
        report.add(Result.reported("limit", "The limit", 200, "events/s"));
        report.addComparedWith("limit", new Result(
                "changed", "Changes", 150, "events/s", null, null, Target.ratioAtLeast(0.6)));
        report.failed("manual", new IllegalStateException("refused"));
        report.used("changed", List.of(new ProcessUse.Use("consul", 1.5, 300)), 60);
        report.throughput(1_000, 150);
        report.stage("batch_duration", 12.5);
        Latencies latencies = new Latencies();
        latencies.record(TimeUnit.MILLISECONDS.toNanos(5));
        report.latency("append to both", latencies);

        JsonNode json = new ObjectMapper().readTree(ResultJson.of(report, Map.of("cores", "2")));

        assertThat(json.at("/machine/cores").asText()).isEqualTo("2");
        assertThat(json.at("/results/1/ratio").asDouble()).isEqualTo(0.75);
        assertThat(json.at("/results/1/met").asBoolean()).isTrue();
        assertThat(json.at("/results/1/target").asText()).isEqualTo("at least 0.6 times");
        assertThat(json.at("/failures/manual").asText()).isEqualTo("refused");
        assertThat(json.at("/processes/changed/0/cpu_seconds").asDouble()).isEqualTo(1.5);
        assertThat(json.at("/throughput_by_nodes/1000").asDouble()).isEqualTo(150);
        assertThat(json.at("/stage_ms/batch_duration").asDouble()).isEqualTo(12.5);
        assertThat(json.at("/latency_ms/append to both/p99.9").asDouble()).isBetween(4.9, 5.1);
    }

    @Test
    void writesNullForWhatIsNoNumber() throws Exception {
        Report report = new Report();
        report.add(Result.aimedAt("a", "A", Double.NaN, "ms", Target.under(10)));
        report.addComparedWith("missing", new Result("b", "B", 1, "ms", null, null, Target.ratioUnder(2)));

        JsonNode json = new ObjectMapper().readTree(ResultJson.of(report, Map.of()));

        assertThat(json.at("/results/0/measured").isNull()).isTrue();
        assertThat(json.at("/results/1/ratio").isNull()).isTrue();
        assertThat(json.at("/results/1/met").isNull()).isTrue();
    }
}
