// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An HAProxy on a free port of the loopback address. */
public final class HaProxyServer extends Server {

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

    @Override
    ServerRun prepare() throws IOException {
        Files.createDirectories(directory());
        Path file = Files.writeString(directory().resolve("haproxy.cfg"), """
                defaults
                  mode http
                  timeout connect 2s
                  timeout client 5s
                  timeout server 5s
                frontend callers
                  bind 127.0.0.1:%d
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
