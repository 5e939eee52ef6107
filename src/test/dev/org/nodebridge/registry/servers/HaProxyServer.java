// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An HAProxy on a free port of the loopback address. */
public final class HaProxyServer extends Server {

    private static final int ANSWER_TIMEOUT_MS = 30_000;

    private final HaProxyProgram program;
    private final String backend;
    private final String config;
    private final int port = FreePorts.one();

    /**
     * One that is yet to be started.
     *
     * @param backend who is to answer, of those in the configuration
     * @param config all but defaults and frontends
     */
    public HaProxyServer(String backend, String config, HaProxyProgram program, Path directory) {
        super("HAProxy", directory);
        this.backend = backend;
        this.config = config;
        this.program = program;
    }

    /** Where it takes calls, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** The weights, from 0 to 256, of the servers of the backend that have an address. */
    public List<Integer> weights() throws IOException {
        URLConnection stats = URI.create(url() + "/haproxy-stats;csv").toURL().openConnection();
        stats.setConnectTimeout(ANSWER_TIMEOUT_MS);
        stats.setReadTimeout(ANSWER_TIMEOUT_MS);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(stats.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> names = List.of(lines.readLine().split(","));
            return lines.lines()
                    .map(line -> line.split(",", -1))
                    .filter(row -> row[0].equals(backend) && !row[1].equals("BACKEND"))
                    .filter(row -> !row[names.indexOf("status")].startsWith("MAINT"))
                    .map(row -> Integer.valueOf(row[names.indexOf("weight")]))
                    .toList();
        }
    }

    @Override
    ServerRun prepare() throws IOException {
        Files.createDirectories(directory());
        Path file = Files.writeString(directory().resolve("haproxy.cfg"), """
                defaults
                  mode http
                  timeout connect 10s
                  timeout client 30s
                  timeout server 30s
                frontend callers
                  bind 127.0.0.1:%d
                  stats enable
                  stats uri /haproxy-stats
                  default_backend %s
                %s""".formatted(port, backend, config));
        return new ServerProcess("haproxy", directory(),
                List.of(program.path().toString(), "-db", "-f", file.toString()),
                program.libraries().map(path -> Map.of("LD_LIBRARY_PATH", path.toString())).orElse(Map.of()));
    }

    @Override
    boolean answers() {
        return FreePorts.isListenedOn(port);
    }
}
