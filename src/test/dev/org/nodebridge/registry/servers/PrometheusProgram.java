// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Prometheus' server and its tool, found or fetched: what {@code PROMETHEUS_BIN} and {@code PROMTOOL_BIN} name, else on
 * the PATH, else out of Debian's package, from which they are kept in the user's cache. To install that package would
 * start a server.
 */
public enum PrometheusProgram {
    PROMETHEUS,
    PROMTOOL;

    private static final FetchedPrograms FETCHED = new FetchedPrograms("prometheus");

    /** The program; may take a minute. Skips the test where it is not to be had, but fails it in CI. */
    public Path needed() {
        StringBuilder why =
                new StringBuilder("no " + program() + ": set " + name() + "_BIN to it, or put it on the PATH");
        Optional<Path> found = find(line -> why.append('\n').append(line));
        return Needed.orSkip(found, why.toString());
    }

    private Optional<Path> find(Consumer<String> progress) {
        String named = System.getenv().getOrDefault(name() + "_BIN", "");
        return named.isBlank()
                ? Executables.find(program())
                        .or(() -> Optional.of(FETCHED.path(program())).filter(Files::isExecutable))
                        .or(() -> fetched(progress))
                : Optional.of(Path.of(named));
    }

    private Optional<Path> fetched(Consumer<String> progress) {
        try {
            return Optional.of(FETCHED.fetching(work -> {
                Path file = new DebianPackage("bookworm", "prometheus").extract("usr/bin/" + program(), work);
                FetchedPrograms.makeExecutable(file);
                return FETCHED.keep(file, program());
            }));
        } catch (IOException e) {
            progress.accept("none from Debian's package: " + e.getMessage());
            return Optional.empty();
        }
    }

    private String program() {
        return name().toLowerCase(Locale.ROOT);
    }
}
