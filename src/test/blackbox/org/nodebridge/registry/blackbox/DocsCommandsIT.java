// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.docs.Block;
import org.nodebridge.registry.docs.Page;
import org.nodebridge.registry.servers.ConsulServer;
import org.nodebridge.registry.servers.Executables;
import org.nodebridge.registry.servers.Needed;
import org.nodebridge.registry.servers.ProjectDirectory;

/**
 * Runs the commands of the README and the docs that are marked for it, as a reader would type them, one block after the
 * other, and compares what they print with what the page shows. Only addresses, passwords and the id of a dead letter
 * are those of the tests.
 */
class DocsCommandsIT {

    private static final long PATIENCE_SECONDS = 180;

    /** What the docs call a dead letter. */
    private static final String DEAD_LETTER = "node-introspection.v1.dlq:0:42";

    private static Registry registry;
    private static Path directory;
    private static String deadLetter;

    @BeforeAll
    static void prepare() {
        for (String program : List.of("curl", "java")) {
            Needed.orSkip(Executables.find(program), "no " + program + " on the PATH");
        }
        registry = Registry.shared();
        directory = Backends.emptyDirectory("docs-commands");
        registry.publish(Registry.INTROSPECTION, "docs", "no envelope".getBytes(UTF_8));
        eventually().until(() -> !deadLetters().isEmpty());
        deadLetter = deadLetters().get(0);
        ObjectNode node = Json.object("{'node_type': 'compute', 'capabilities': {'transform': {}}, 'metadata': {},"
                + " 'endpoints': {'api': 'http://10.1.2.3:8080/api'}}").put("node_id", Registry.uniqueId("docs"));
        assertThat(registry.post("/api/v1/registrations", node).status()).isEqualTo(201);
        eventually().until(() -> registry.get("/api/v1/route?capability=transform").body().contains("10.1.2.3"));
    }

    static Stream<Block> blocks() {
        return Page.all().stream()
                .flatMap(page -> page.blocks().stream())
                .filter(block -> block.runBy().contains(DocsCommandsIT.class.getSimpleName()));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void runs(Block block) throws IOException, InterruptedException {
        String program = block.language().equals("python") ? "python3" : "bash";
        for (String needed : block.commands().contains("dig ") ? List.of(program, "dig") : List.of(program)) {
            Needed.orSkip(Executables.find(needed), "no " + needed + " on the PATH");
        }
        if (onlyReads(block)) {
            // as a reader would do who finds that what was sent before is not everywhere yet
            eventually().untilAsserted(() -> runsOnce(block, program));
        } else {
            runsOnce(block, program);
        }
    }

    private static boolean onlyReads(Block block) {
        return Stream.of(" -X ", " -d ", "--data-binary", "java ").noneMatch(block.commands()::contains);
    }

    private static void runsOnce(Block block, String program) throws IOException, InterruptedException {
        boolean python = block.language().equals("python");
        String name = block.toString().replaceAll("\\W+", "-");
        Path script = Files.writeString(
                directory.resolve(name), (python ? "" : reader()) + withOurAddresses(block.commands()));
        Path output = directory.resolve(name + ".out");
        ProcessBuilder builder = new ProcessBuilder(program, script.toString())
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("READER_PASSWORD", Registry.READER_PASSWORD);
        builder.environment().put("PASSWORD", Registry.OPERATOR_PASSWORD);
        builder.environment().put("ADMIN_PASSWORD", Registry.ADMIN_PASSWORD);

        Process process = builder.start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }

        assertThat(ended && process.exitValue() == 0)
                .as("%s%n%s%nsays: %s", block, block.commands(), Files.readString(output))
                .isTrue();
        Optional<Block> expected = Page.all().stream().flatMap(page -> page.outputOf(block).stream()).findFirst();
        expected.ifPresent(shown -> assertThat(withOurAddresses(shown).isShownBy(printed(output)))
                .as("%s%n%s%nprints: %s", shown, String.join("\n", shown.lines()), printed(output))
                .isTrue());
    }

    private static String printed(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Block withOurAddresses(Block shown) {
        return new Block(
                shown.page(), shown.line(), shown.language(), shown.before(),
                shown.lines().stream().map(DocsCommandsIT::withOurAddresses).toList());
    }

    private static String withOurAddresses(String commands) {
        ConsulServer consul = Backends.shared().consul().orElseThrow();
        return commands
                .replace("localhost:9080", registry.liberty().url().replace("http://", ""))
                .replace("localhost:8500", consul.url().replace("http://", ""))
                .replace("@localhost -p 8600", "@127.0.0.1 -p " + consul.dnsPort())
                .replace("localhost:29092", Backends.shared().bootstrapServers())
                .replace("target/test-class", ProjectDirectory.target().resolve("test-class").toString())
                .replace("admin:$PASSWORD", "admin:$ADMIN_PASSWORD")
                .replace(DEAD_LETTER, deadLetter);
    }

    private static String reader() throws IOException {
        try (var script = DocsCommandsIT.class.getResourceAsStream("/docs/reader.bash")) {
            return new String(script.readAllBytes(), UTF_8) + "\n";
        }
    }

    private static List<String> deadLetters() {
        return registry.send(Registry.asOperator(
                registry.request("/api/v1/dead-letters?status=open&topic=" + Registry.INTROSPECTION)))
                .json()
                .findValuesAsText("id");
    }
}
