// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What a run has found, as tables that a terminal and Markdown both show well. */
final class ResultTable {

    private ResultTable() {}

    /** what, measured, compared with, ratio, target, met. */
    static List<String> of(List<Result> results) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("what", "measured", "compared with", "ratio", "target", "met"));
        for (Result result : results) {
            String compared = result.compared() == null
                    ? result.comparedWith() == null ? "" : result.comparedWith() + ": not measured"
                    : result.comparedWith() + ": " + Numbers.text(result.compared());
            rows.add(List.of(
                    result.what(),
                    Numbers.text(result.measured()) + " " + result.unit(),
                    compared,
                    result.ratio() == null ? "" : Numbers.text(result.ratio()),
                    result.target() == null ? "" : result.target().text(result.unit()),
                    result.met() == null ? "" : result.met() ? "yes" : "no"));
        }
        return lines(rows);
    }

    /** CPU seconds and megabytes of each process in each row, and how long it took. */
    static List<String> ofProcesses(Report report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("row", "process", "CPU s", "memory MB"));
        report.processes().forEach((row, uses) -> {
            uses.forEach(use -> rows.add(List.of(
                    row, use.process(), Numbers.text(use.cpuSeconds()), Numbers.text(use.memoryMb()))));
            rows.add(List.of(
                    row, "all, in " + Numbers.text(report.seconds().get(row)) + " s",
                    Numbers.text(uses.stream().mapToDouble(ProcessUse.Use::cpuSeconds).sum()), ""));
        });
        return lines(rows);
    }

    private static List<String> lines(List<List<String>> rows) {
        int[] widths = IntStream.range(0, rows.get(0).size())
                .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
                .toArray();
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("|");
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                line.append(' ').append(cell).append(" ".repeat(widths[column] - cell.length())).append(" |");
            }
            lines.add(line.toString());
            if (lines.size() == 1) {
                lines.add("|" + IntStream.of(widths).mapToObj(width -> "-".repeat(width + 2) + "|")
                        .reduce("", String::concat));
            }
        }
        return lines;
    }
}
