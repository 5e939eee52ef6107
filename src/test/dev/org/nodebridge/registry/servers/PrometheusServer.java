// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A Prometheus that reads its targets every five seconds, and waits as long for each. Its data are gone when it starts
 * again.
 */
public final class PrometheusServer extends Server {

    private final Path program;
    private final String config;
    private final int port = FreePorts.one();
    private final HttpClient http = HttpClient.newHttpClient();

    private PrometheusServer(Path directory, Path program, String config) {
        super("Prometheus", directory);
        this.program = program;
        this.config = config;
    }

    /**
     * A server on a free port.
     *
     * @param program {@link PrometheusProgram#PROMETHEUS}
     * @param target host and port of the registry, whose job is {@code node-bridge-registry}
     */
    public static PrometheusServer reading(String target, Path program, Path directory) {
        return with("""
                scrape_configs:
                  - job_name: node-bridge-registry
                    static_configs: [{targets: ["%s"]}]
                """.formatted(target), program, directory);
    }

    /**
     * A server on a free port.
     *
     * @param config YAML, without {@code global}
     * @param program {@link PrometheusProgram#PROMETHEUS}
     */
    public static PrometheusServer with(String config, Path program, Path directory) {
        return new PrometheusServer(directory, program, config);
    }

    /** What its interface answers to a GET, JSON. */
    public String get(String pathAndQuery) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + pathAndQuery)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Override
    ServerRun prepare() throws IOException {
        Files.createDirectories(directory());
        Path file = Files.writeString(directory().resolve("prometheus.yaml"), """
                global: {scrape_interval: 5s}
                """ + config);
        return new ServerProcess("prometheus", directory(), List.of(
                program.toString(), "--config.file=" + file, "--storage.tsdb.path=" + directory().resolve("data"),
                "--web.listen-address=127.0.0.1:" + port), Map.of());
    }

    /** It has read a target at least once. */
    @Override
    boolean answers() throws Exception {
        return FreePorts.isListenedOn(port) && get("/api/v1/targets?state=active").contains("\"health\":\"up\"");
    }
}
