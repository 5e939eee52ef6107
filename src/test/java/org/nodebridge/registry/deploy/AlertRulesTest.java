// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.servers.PrometheusProgram;

/** Prometheus' own tool reads the rules and runs their tests. */
class AlertRulesTest {

    private static final Path RULES = ProjectFile.directory().resolve("deploy/prometheus");

    private static String program;

    @TempDir
    Path temporary;

    @BeforeAll
    static void find() {
        program = PrometheusProgram.PROMTOOL.needed().toString();
    }

    @Test
    void rulesAreValid() throws Exception {
        assertThat(promtool(RULES, "check", "rules", "registry-alerts.yaml")).contains("SUCCESS");
    }

    @Test
    void configurationOfComposeIsValid() throws Exception {
        assertThat(promtool(RULES, "check", "config", "prometheus.yaml")).contains("SUCCESS");
    }

    @Test
    void rulesFireWhenTheyShallAndOnlyThen() throws Exception {
        assertThat(promtool(RULES, "test", "rules", "registry-alerts_test.yaml")).contains("SUCCESS");
    }

    @Test
    void testsFailWhenARuleIsWrong() throws Exception {
        String rules = Files.readString(RULES.resolve("registry-alerts.yaml"));
        Files.writeString(temporary.resolve("registry-alerts.yaml"),
                rules.replace("max(registry_preservation_held) > 0", "max(registry_preservation_held) > 1000"));
        Files.copy(RULES.resolve("registry-alerts_test.yaml"), temporary.resolve("registry-alerts_test.yaml"));

        assertThat(promtool(temporary, "test", "rules", "registry-alerts_test.yaml"))
                .contains("FAILED", "RegistryPreservationHeld").doesNotContain("SUCCESS");
    }

    private String promtool(Path directory, String... arguments) throws IOException, InterruptedException {
        Path output = temporary.resolve("output");
        List<String> command = Stream.concat(Stream.of(program), Arrays.stream(arguments)).toList();
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return Files.readString(output);
    }
}
