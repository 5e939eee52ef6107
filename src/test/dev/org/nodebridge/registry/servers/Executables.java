// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of this machine, and running one to its end. */
public final class Executables {

    private Executables() {}

    static boolean onPath(String program) {
        return find(program).isPresent();
    }

    public static Optional<Path> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /**
     * Runs a program to its end and returns what it wrote to both of its outputs.
     *
     * @throws IOException when it cannot be started, fails or is not done in time; the message has the last lines
     */
    static String run(Duration deadline, Map<String, String> environment, List<String> command) throws IOException {
        Path output = Files.createTempFile("command", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            JvmExit.watch(process);
            boolean ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                new ProcessTree(process.toHandle()).kill();
            }
            String text = new String(Files.readAllBytes(output), UTF_8);
            if (!ended || process.exitValue() != 0) {
                String how = ended
                        ? "ended with code " + process.exitValue()
                        : "was not done in " + deadline.toSeconds() + " s";
                throw new IOException(command.get(0) + " " + how + ": " + lastLines(text));
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.get(0) + " was interrupted", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String lastLines(String text) {
        List<String> lines = text.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }
}
