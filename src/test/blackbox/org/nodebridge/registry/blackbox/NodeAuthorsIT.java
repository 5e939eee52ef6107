// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.docs.Snippets;
import org.nodebridge.registry.servers.Needed;
import org.nodebridge.registry.servers.Pythons;

/** The nodes of the page for node authors do what that page says, in either language. */
class NodeAuthorsIT {

    private static final String PAGE = "docs/node-authors.md";
    private static final long PATIENCE_SECONDS = 120;

    private final Registry registry = Registry.shared();

    @Test
    void theNodeInJavaRegistersSendsHeartbeatsAnswersAndLeaves() throws InterruptedException {
        String id = Registry.uniqueId("java-node");
        ObjectNode description = (ObjectNode) Json.parse(Snippets.of(PAGE, "json", "\"my-node\""));
        AnnouncedNode node = new AnnouncedNode(
                Backends.shared().bootstrapServers(), description.put("node_id", id), Duration.ofMillis(500));
        double leniencies = leniencies();
        Thread thread = new Thread(node);
        thread.start();
        try {
            livesAsThePageSays(id);
        } finally {
            node.end();
            thread.join(Duration.ofSeconds(PATIENCE_SECONDS).toMillis());
        }

        hasLeft(id);
        assertThat(thread.isAlive()).isFalse();
        assertThat(leniencies()).as("nothing had to be read leniently").isEqualTo(leniencies);
    }

    @Test
    void theNodeInPythonRegistersSendsHeartbeatsAnswersAndLeaves(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path python = Needed.orSkip(
                Pythons.with("confluent_kafka"),
                "no Kafka client for Python; Debian has it in the package python3-confluent-kafka");
        String id = Registry.uniqueId("python-node");
        String script = Snippets.of(PAGE, "python", "confluent_kafka")
                .replace("\"my-node\"", "\"" + id + "\"")
                .replace("HEARTBEAT_SECONDS = 30", "HEARTBEAT_SECONDS = 0.5");
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                python.toString(), Files.writeString(directory.resolve("my_node.py"), script).toString())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("KAFKA", Backends.shared().bootstrapServers());
        double leniencies = leniencies();
        Process process = builder.start();
        try {
            livesAsThePageSays(id);
            process.destroy();
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("the script says: " + Files.readString(output), e);
        } finally {
            process.destroyForcibly();
        }

        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        hasLeft(id);
        assertThat(leniencies()).as("nothing had to be read leniently").isEqualTo(leniencies);
    }

    private void livesAsThePageSays(String id) {
        String path = "/api/v1/registrations/" + id;
        eventually().untilAsserted(() -> {
            JsonNode registration = registry.get(path).json();
            assertThat(registration.path("status").asText()).as("%s", registration).isEqualTo("active");
            assertThat(registration.at("/lease/watched_by").asText()).as("%s", registration).isEqualTo("heartbeat");
            assertThat(registration.at("/store_comparison/agree").asBoolean()).as("%s", registration).isTrue();
        });

        // again where it was not answered in time
        eventually().untilAsserted(() -> {
            Answer answer = registry.post(
                    "/api/v1/introspection-requests",
                    Json.object("{'target_node_types': ['compute'], 'timeout_ms': 3000}"));

            assertThat(answer.json().path("responded").findValuesAsText("node_id")).as(answer.body()).contains(id);
        });
    }

    private void hasLeft(String id) {
        eventually().untilAsserted(() -> {
            Answer gone = registry.get("/api/v1/registrations/" + id);
            assertThat(gone.json().at("/last_state/status").asText()).as(gone.body()).isEqualTo("departed");
            assertThat(registry.consulService(id)).isEmpty();
        });
    }

    /** Of all that other tests have left to be read, too. */
    private double leniencies() {
        eventually().until(() -> registry.get("/api/v1/health").json()
                .at("/components/kafka/details/lag").asLong() == 0);
        return Metrics.of(registry).samples().entrySet().stream()
                .filter(sample -> sample.getKey().startsWith("registry_envelope_leniencies_total"))
                .mapToDouble(sample -> sample.getValue())
                .sum();
    }
}
