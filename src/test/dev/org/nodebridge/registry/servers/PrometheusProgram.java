// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Prometheus' server and its tool, found or fetched: what {@code PROMETHEUS_BIN} and the like name, else on the PATH,
 * else out of Debian's package, from which they are kept in the user's cache. To install that package would start a
 * server.
 */
public enum PrometheusProgram {
    PROMETHEUS("prometheus", "bookworm", "prometheus"),
    PROMTOOL("promtool", "bookworm", "promtool"),
    /** The last of Debian's that discovers by Consul; discovery by HTTP came later. */
    PROMETHEUS_WITH_CONSUL("prometheus-with-consul", "bullseye", "prometheus");

    private static final FetchedPrograms FETCHED = new FetchedPrograms("prometheus");

    /** On the PATH and in the cache. */
    private final String name;
    private final String release;
    private final String packaged;

    PrometheusProgram(String name, String release, String packaged) {
        this.name = name;
        this.release = release;
        this.packaged = packaged;
    }

    /** The program; may take a minute. Skips the test where it is not to be had, but fails it in CI. */
    public Path needed() {
        StringBuilder why = new StringBuilder("no " + name + ": set " + name() + "_BIN to it, or put it on the PATH");
        Optional<Path> found = find(line -> why.append('\n').append(line));
        return Needed.orSkip(found, why.toString());
    }

    private Optional<Path> find(Consumer<String> progress) {
        String named = System.getenv().getOrDefault(name() + "_BIN", "");
        return named.isBlank()
                ? Executables.find(name)
                        .or(() -> Optional.of(FETCHED.path(name)).filter(Files::isExecutable))
                        .or(() -> fetched(progress))
                : Optional.of(Path.of(named));
    }

    private Optional<Path> fetched(Consumer<String> progress) {
        try {
            return Optional.of(FETCHED.fetching(work -> {
                Path file = new DebianPackage(release, "prometheus").extract("usr/bin/" + packaged, work);
                FetchedPrograms.makeExecutable(file);
                return FETCHED.keep(file, name);
            }));
        } catch (IOException e) {
            progress.accept("none from Debian's package: " + e.getMessage());
            return Optional.empty();
        }
    }
}
