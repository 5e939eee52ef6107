// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * HAProxy, found or fetched: what {@code HAPROXY_BIN} names, else on the PATH, else out of Debian's packages, from
 * which it is kept with its libraries in the user's cache. To install that package would start a server.
 *
 * @param path the program
 * @param libraries where its libraries are; empty where the machine has them
 */
public record HaProxyProgram(Path path, Optional<Path> libraries) {

    private static final String RELEASE = "bookworm";
    private static final String PROGRAM = "haproxy";
    private static final FetchedPrograms FETCHED = new FetchedPrograms(PROGRAM);

    /** What Debian's HAProxy needs beside what every Debian has: names as it asks for them, and their packages. */
    private static final Map<String, String> LIBRARIES = Map.of(
            "liblua5.3.so.0", "liblua5.3-0",
            "libopentracing-c-wrapper.so.0", "libopentracing-c-wrapper0",
            "libopentracing.so.1", "libopentracing1");

    /** The program; may take a minute. Skips the test where it is not to be had, but fails it in CI. */
    public static HaProxyProgram needed() {
        StringBuilder why = new StringBuilder("no haproxy: set HAPROXY_BIN to it, or put it on the PATH");
        String named = System.getenv().getOrDefault("HAPROXY_BIN", "");
        Optional<HaProxyProgram> found = named.isBlank()
                ? Executables.find(PROGRAM).map(path -> new HaProxyProgram(path, Optional.empty()))
                        .or(() -> Optional.of(kept()).filter(kept -> Files.isExecutable(kept.path())))
                        .or(() -> fetched(why))
                : Optional.of(new HaProxyProgram(Path.of(named), Optional.empty()));
        return Needed.orSkip(found, why.toString());
    }

    private static Optional<HaProxyProgram> fetched(StringBuilder why) {
        try {
            return Optional.of(FETCHED.fetching(work -> {
                for (Map.Entry<String, String> library : LIBRARIES.entrySet()) {
                    Path unpacked = new DebianPackage(RELEASE, library.getValue()).extract("usr/lib", work);
                    FETCHED.keep(named(library.getKey(), unpacked).toRealPath(), library.getKey());
                }
                Path program = new DebianPackage(RELEASE, PROGRAM).extract("usr/sbin/haproxy", work);
                FetchedPrograms.makeExecutable(program);
                FETCHED.keep(program, PROGRAM);
                return kept();
            }));
        } catch (IOException e) {
            why.append("\nnone from Debian's packages: ").append(e.getMessage());
            return Optional.empty();
        }
    }

    /** Libraries are in a folder of the machine's kind. */
    private static Path named(String name, Path unpacked) throws IOException {
        try (Stream<Path> files = Files.walk(unpacked)) {
            return files.filter(file -> file.getFileName().toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no " + name + " in its package"));
        }
    }

    private static HaProxyProgram kept() {
        Path path = FETCHED.path(PROGRAM);
        return new HaProxyProgram(path, Optional.of(path.getParent()));
    }
}
