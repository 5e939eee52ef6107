// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContainerEngineTest {

    private static final String NOWHERE = "tcp://127.0.0.1:1";

    @AfterEach
    void forgetWhatWasAskedFor() {
        System.clearProperty("servers");
        System.clearProperty("containers.consul");
    }

    /** In a JVM with an environment of its own; on a machine with an engine elsewhere it must fail all the same. */
    @Test
    void endsWithOneSentenceWhereNoEngineAnswers() throws IOException {
        Path target = ProjectDirectory.target();
        String classpath = target.resolve("test-classes") + ":"
                + Files.readString(target.resolve("test-classpath.txt")).strip();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", classpath, ContainerEngine.class.getName());

        assertThatThrownBy(() -> Executables.run(Duration.ofMinutes(2), Map.of("DOCKER_HOST", NOWHERE), command))
                .hasMessageContaining("ended with code 1")
                .satisfies(failure -> assertThat(failure.getMessage().lines()
                        .filter(line -> line.contains("no Docker engine")))
                        .hasSize(1)
                        .first().asString()
                        .endsWith("These tests run their servers in containers, and no Docker engine answers at "
                                + NOWHERE + ": start one, name another by DOCKER_HOST, or leave out -Pcontainers."));
    }

    @Test
    void leavesServersToBeProcessesWhereNobodyAsksForContainers() {
        assertThat(ServerImages.of("consul")).isEmpty();
    }

    @Test
    void doesNotFallBackToProcessesWhereNobodySaysWhichImage() {
        System.setProperty("servers", "containers");

        assertThatThrownBy(() -> ServerImages.of("consul"))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("containers.consul");
    }

    @Test
    void takesAVersionOrAnImage() {
        assertThat(ServerImages.image("consul", "1.21")).isEqualTo("hashicorp/consul:1.21");
        assertThat(ServerImages.image("kafka", "4.3.1")).isEqualTo("apache/kafka:4.3.1");
        assertThat(ServerImages.image("postgres", "18-alpine")).isEqualTo("postgres:18-alpine");
        assertThat(ServerImages.image("postgres", "localhost/mine")).isEqualTo("localhost/mine");
    }

    @Test
    void knowsFromItsTagWhatAConsulCanDo() {
        assertThat(ServerImages.consulIn("hashicorp/consul:1.8.7").isAtLeast(1, 14)).isFalse();
        assertThat(ServerImages.consulIn("hashicorp/consul:1.21").isAtLeast(1, 14)).isTrue();
        assertThat(ServerImages.consulIn("localhost:5000/consul:latest").isAtLeast(1, 14)).isTrue();
    }
}
