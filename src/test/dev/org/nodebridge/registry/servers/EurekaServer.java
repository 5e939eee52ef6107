// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Eureka server of Spring Cloud Netflix without peers ("standalone mode"), else with the defaults that it has, on a
 * free port of the loopback address. What it knows ends with its process.
 */
public final class EurekaServer extends Server {

    /** The release of Spring Cloud that it is of. */
    public static final String RELEASE = "2025.1.4";

    private static final Duration DOWNLOAD = Duration.ofMinutes(3);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    private static final String PROGRAM = "EurekaProgram.java";

    private final String jvm;
    private final int port = FreePorts.one();
    private final HttpClient http = HttpClient.newHttpClient();

    private EurekaServer(Path directory, String jvm) {
        super("Eureka server", directory);
        this.jvm = jvm;
    }

    /**
     * One that is yet to be started; its first start in a build directory fetches its libraries.
     *
     * @param jvm options of its JVM with spaces between; may be empty
     */
    public static EurekaServer in(Path directory, String jvm) {
        return new EurekaServer(directory, jvm);
    }

    /** The base of its HTTP API, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + port + "/eureka";
    }

    @Override
    ServerRun prepare() throws IOException {
        Path arguments = SeparateClasspath.write(
                directory(), "eureka-server", DOWNLOAD, "-Dspring-cloud.version=" + RELEASE);
        Path program = directory().resolve(PROGRAM);
        Files.deleteIfExists(program);
        SeparateClasspath.copyResource(PROGRAM, program);
        List<String> command = new ArrayList<>();
        command.add(JavaHomes.current().resolve("bin").resolve("java").toString());
        Stream.of(jvm.split(" ")).filter(option -> !option.isBlank()).forEach(command::add);
        command.addAll(List.of(
                "@" + arguments, program.toString(),
                "--server.address=127.0.0.1",
                "--server.port=" + port,
                "--eureka.instance.hostname=127.0.0.1",
                "--eureka.client.register-with-eureka=false",
                "--eureka.client.fetch-registry=false",
                // itself, which it leaves out; the default is a peer on another port
                "--eureka.client.service-url.defaultZone=" + url() + "/",
                "--logging.level.root=warn",
                "--spring.main.banner-mode=off"));
        return new ServerProcess("eureka", directory(), command, Map.of());
    }

    @Override
    boolean answers() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/apps")).timeout(ANSWER_TIMEOUT).build();
        return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }
}
