// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.servers.NodeJs;
import org.nodebridge.registry.servers.ProjectDirectory;

/** Runs the tests of the console's modules, which are written in their own language: {@code src/test/console}. */
class ConsoleModulesTest {

    private static final Path PROJECT = ProjectDirectory.target().getParent();
    private static final Path TESTS = Path.of("src/test/console");
    private static final Path MODULES = Path.of("src/main/webapp/console");

    private static Path node;

    @TempDir
    Path temporary;

    @BeforeAll
    static void find() {
        node = NodeJs.needed();
    }

    @TestFactory
    Stream<DynamicTest> modulesPassTheirTests() throws IOException {
        List<Path> tests = filesIn(PROJECT.resolve(TESTS), ".test.mjs");
        assertThat(tests).hasSizeGreaterThan(5);
        return tests.stream().map(test -> dynamicTest(test.getFileName().toString(), () -> {
            Outcome outcome = run(PROJECT, TESTS.resolve(test.getFileName()));
            assertThat(outcome.exit).as(outcome.said).isZero();
            assertThat(outcome.said).containsPattern("(?m)^# pass [1-9]");
        }));
    }

    @Test
    void testsFailWhenAModuleIsWrong() throws Exception {
        Files.copy(PROJECT.resolve("package.json"), temporary.resolve("package.json"));
        for (Path directory : List.of(TESTS, MODULES)) {
            Path copy = Files.createDirectories(temporary.resolve(directory));
            for (Path file : filesIn(PROJECT.resolve(directory), "js")) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Path module = temporary.resolve(MODULES).resolve("json.js");
        Files.writeString(module, Files.readString(module).replace(": this.text", ": Number(this.text)"));

        assertThat(run(temporary, TESTS.resolve("json.test.mjs")).exit).isEqualTo(1);
    }

    private static List<Path> filesIn(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    private record Outcome(int exit, String said) {}

    private Outcome run(Path directory, Path test) throws IOException, InterruptedException {
        Path output = Files.createTempFile(temporary, "output", ".tap");
        Process process = new ProcessBuilder(node.toString(), "--test", "--test-reporter=tap", test.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }
}
