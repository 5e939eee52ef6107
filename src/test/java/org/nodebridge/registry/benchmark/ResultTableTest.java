// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {

    @Test
    void showsMeasuredRatioTargetAndWhetherItIsMetInColumnsOfOneWidth() {
        List<String> lines = ResultTable.of(List.of(
                Result.reported("limit", "Limit", 5_000, "entries/s"),
                new Result("a", "Changes", 3_210.4, "events/s", "Limit", 5_000.0, Target.ratioAtLeast(0.6)),
                Result.aimedAt("b", "Latency", 12.25, "ms", Target.under(10))));

        assertThat(lines).containsExactly(
                "| what    | measured        | compared with | ratio | target             | met |",
                "|---------|-----------------|---------------|-------|--------------------|-----|",
                "| Limit   | 5,000 entries/s |               |       |                    |     |",
                "| Changes | 3,210 events/s  | Limit: 5,000  | 0.64  | at least 0.6 times | yes |",
                "| Latency | 12.3 ms         |               |       | under 10 ms        | no  |");
    }

    @Test
    void saysThatWhatItShouldBeComparedWithWasNotMeasured() {
        assertThat(ResultTable.of(List.of(
                new Result("a", "Changes", 1, "events/s", "limit.consul.txn", null, Target.ratioAtLeast(0.6)))))
                .last().asString().contains("limit.consul.txn: not measured").endsWith("|     |");
    }

    @Test
    void showsEachProcessOfEachRow() {
        Report report = new Report();
        report.used("changed", List.of(
                new ProcessUse.Use("consul", 7.5, 310.2), new ProcessUse.Use("registry", 12.5, 400)), 11.2);

        assertThat(ResultTable.ofProcesses(report)).containsExactly(
                "| row     | process        | CPU s | memory MB |",
                "|---------|----------------|-------|-----------|",
                "| changed | consul         | 7.5   | 310       |",
                "| changed | registry       | 12.5  | 400       |",
                "| changed | all, in 11.2 s | 20    |           |");
    }

    @Test
    void writesNumbersAsPeopleReadThem() {
        assertThat(List.of(0.0, 0.604, 9.999, 12.25, 99.96, 100.4, 15_000.0).stream().map(Numbers::text))
                .containsExactly("0", "0.6", "10", "12.3", "100", "100", "15,000");
        assertThat(Numbers.text(Double.NaN)).isEqualTo("-");
    }
}
