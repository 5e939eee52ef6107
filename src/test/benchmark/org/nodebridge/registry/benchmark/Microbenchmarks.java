// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.nodebridge.registry.servers.JavaHomes;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.nodebridge.registry.servers.ServerProcess;

/** The benchmarks of {@code benchmark.jmh}, in JVMs of their own: Maven's has other work to do. */
final class Microbenchmarks implements Row {

    private static final String PACKAGE = "org.nodebridge.registry.benchmark.jmh";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path directory;

    Microbenchmarks(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        return "jmh";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        Files.createDirectories(directory);
        Path found = directory.resolve("jmh.json");
        Path arguments = directory.resolve("java.args");
        Files.write(arguments, List.of("-cp", '"' + classpath() + '"'));
        String time = bench.plan().share(1 / 60.0).toMillis() + "ms";
        ServerProcess jmh = new ServerProcess("jmh", directory, List.of(
                JavaHomes.current().resolve("bin").resolve("java").toString(), "@" + arguments,
                "org.openjdk.jmh.Main", PACKAGE, "-f", "1", "-wi", "2", "-i", "2", "-w", time, "-r", time,
                "-foe", "true", "-rf", "json", "-rff", found.toString()), Map.of());
        bench.progress().accept("running JMH in " + directory.getFileName());
        jmh.launch();
        try {
            OptionalInt exit = jmh.awaitExit(PATIENCE);
            if (exit.isEmpty() || exit.getAsInt() != 0) {
                throw new IOException("JMH has failed:\n" + jmh.tail());
            }
        } finally {
            jmh.kill();
        }
        results(new ObjectMapper().readTree(found.toFile())).forEach(bench.report()::add);
    }

    /** A line for each benchmark, with its parameters. */
    static List<Result> results(JsonNode found) throws IOException {
        if (found.isEmpty()) {
            throw new IOException("JMH has found no benchmark: was the build made with the profile?");
        }
        List<Result> results = new ArrayList<>();
        for (JsonNode one : found) {
            String[] names = one.path("benchmark").asText().split("\\.");
            StringBuilder name = new StringBuilder(names[names.length - 2] + "." + names[names.length - 1]);
            one.path("params").forEach(parameter -> name.append(' ').append(parameter.asText()));
            JsonNode score = one.path("primaryMetric");
            results.add(Result.reported("jmh." + name.toString().replace(' ', '.'), "JMH " + name,
                    score.path("score").asDouble(), score.path("scoreUnit").asText()));
        }
        return results;
    }

    private static String classpath() throws IOException {
        Path target = ProjectDirectory.target();
        return String.join(File.pathSeparator,
                target.resolve("test-classes").toString(), target.resolve("classes").toString(),
                Files.readString(target.resolve("test-classpath.txt")).strip());
    }
}
