// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.nodebridge.registry.servers.ServerGroup;

/**
 * A Java client that OpenAPI Generator makes of the registry's document compiles, and reads what the registry answers.
 * Generating and compiling take half a minute of CPU time, so this is part of the long form.
 */
@Tag("chaos")
class GeneratedClientIT {

    /** The profile fetches it. */
    private static final Path GENERATOR =
            ProjectDirectory.target().resolve("openapi-generator/openapi-generator-cli.jar");
    private static final int GENERATING_MINUTES = 5;

    private static ServerGroup servers;
    private static Registry registry;

    @TempDir
    Path work;

    @BeforeAll
    static void start() {
        servers = Backends.start("generated-client");
        registry = Registry.on(servers, Backends.emptyDirectory("generated-client/liberty"), Map.of());
        registry.liberty().start();
    }

    @AfterAll
    static void stop() {
        registry.liberty().stop();
        servers.stop(line -> {});
    }

    @Test
    void worksAsTheDocumentSays() throws Exception {
        generate();
        compile();
        String credentials = "operator:" + Registry.OPERATOR_PASSWORD;

        List<?> answers;
        try (URLClassLoader client = new URLClassLoader(
                new URL[] {work.resolve("classes").toUri().toURL()}, getClass().getClassLoader())) {
            answers = (List<?>) client.loadClass("client.UseClient")
                    .getMethod("run", String.class, String.class, String.class)
                    .invoke(null, registry.liberty().url(),
                            "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)),
                            Registry.uniqueId("generated"));
        }

        assertThat(answers.stream().map(Object::toString)).containsExactly(
                "me [reader, operator]", "register created", "read active true true", "heartbeat passing", "list 1",
                "cordon cordoned", "history cordoned", "explanation true", "services true", "health true",
                "verdict true", "cluster 1", "deregister deregistered", "404 not-registered");
    }

    private void generate() throws IOException, InterruptedException {
        Path document = Files.writeString(work.resolve("openapi.json"), registry.send(
                Registry.as("reader", registry.request("/openapi?format=JSON")).GET()).body());
        Path log = work.resolve("generator.log");
        Process generator = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-jar", GENERATOR.toString(), "generate", "-i", document.toString(), "-o",
                work.resolve("sources").toString(), "-g", "java", "--library", "native", "--global-property",
                "apis,models,supportingFiles,apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
                "--additional-properties", "invokerPackage=client,apiPackage=client.api,modelPackage=client.model,"
                        + "useJakartaEe=true,openApiNullable=false,enumUnknownDefaultCase=true")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = generator.waitFor(GENERATING_MINUTES, TimeUnit.MINUTES);
        generator.destroyForcibly();
        assertThat(ended && generator.exitValue() == 0).as(Files.readString(log)).isTrue();
    }

    private void compile() throws IOException {
        Path use = work.resolve("UseClient.java");
        try (InputStream source = getClass().getResourceAsStream("/generated-client/UseClient.java")) {
            Files.copy(source, use);
        }
        try (Stream<Path> files = Files.walk(work.resolve("sources/src/main/java"))) {
            String[] arguments = Stream.concat(
                    Stream.of("-nowarn", "-proc:none", "-d", work.resolve("classes").toString(), "-cp",
                            Files.readString(ProjectDirectory.target().resolve("test-classpath.txt")).strip(),
                            use.toString()),
                    files.map(Path::toString).filter(file -> file.endsWith(".java")))
                    .toArray(String[]::new);
            assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments)).isZero();
        }
    }
}
