// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.embedded.Console;

/** Prints the tables and writes {@code benchmark.json}, {@code benchmark.md} and the charts into the directory. */
record Outcome(Report report, Map<String, String> facts, Path directory) {

    void publish(Console console) throws IOException {
        List<String> lines = new ArrayList<>();
        facts.forEach((name, value) -> lines.add("- " + name + ": " + value));
        lines.add("");
        lines.addAll(ResultTable.of(report.results()));
        report.failures().forEach((row, why) -> lines.add("- not measured: " + row + ": " + why));
        lines.add("");
        lines.addAll(ResultTable.ofProcesses(report));
        console.say("");
        lines.forEach(console::say);
        Files.write(directory.resolve("benchmark.md"), lines);
        Files.writeString(directory.resolve("benchmark.json"), ResultJson.of(report, facts));
        Charts.draw(report, directory);
        console.say("");
        console.say("The same with charts is in target/benchmark");
    }
}
