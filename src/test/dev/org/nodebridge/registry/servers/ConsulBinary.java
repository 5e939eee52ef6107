// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nodebridge.registry.servers.FetchedPrograms.Work;

/**
 * Consul's program, found or fetched: {@code CONSUL_BIN}, else {@code consul} on the PATH, else Debian's package or a
 * container image, from which it is kept in the user's cache. Where servers run in containers, that of its image.
 *
 * @param path the program
 * @param major first part of its version
 * @param minor second part of its version
 */
public record ConsulBinary(Path path, int major, int minor) {

    /** One line that says how to get Consul where nothing was found. */
    public static final String HOW_TO_GET =
            "no Consul: install it, or set CONSUL_BIN to its program, or CONSUL_HOST to a running agent";

    private static final Pattern VERSION = Pattern.compile("Consul v(\\d+)\\.(\\d+)");
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final String PROGRAM = "consul";
    private static final FetchedPrograms FETCHED = new FetchedPrograms(PROGRAM);

    /**
     * Finds the program, fetching it when need be, which may take a minute; safe when two builds do it at once.
     *
     * @param progress receives, a line at a time, what is being done and why something did not work
     */
    public static Optional<ConsulBinary> find(Consumer<String> progress) {
        Optional<String> image = ServerImages.of("consul");
        if (image.isPresent()) {
            return image.map(ServerImages::consulIn);
        }
        String named = System.getenv().getOrDefault("CONSUL_BIN", "");
        if (!named.isBlank()) {
            // the one that was asked for or none: another version in its place would be a surprise
            return at(Path.of(named), progress);
        }
        return Executables.find("consul").flatMap(path -> at(path, progress))
                .or(() -> Optional.of(cached()).filter(Files::isExecutable).flatMap(path -> at(path, progress)))
                .or(() -> fetched("Debian's package", progress,
                        work -> new DebianPackage("bullseye", "consul").extract("usr/bin/consul", work)))
                .or(() -> fetched("a container image", progress, work -> {
                    new ContainerImage("hashicorp/consul").copy("/bin/consul", work.resolve("consul"));
                    return work.resolve("consul");
                }));
    }

    boolean isAtLeast(int otherMajor, int otherMinor) {
        return major > otherMajor || major == otherMajor && minor >= otherMinor;
    }

    private static Optional<ConsulBinary> fetched(String from, Consumer<String> progress, Work<Path> way) {
        try {
            progress.accept("fetching Consul from " + from);
            return FETCHED.fetching(work -> {
                Path program = way.in(work);
                FetchedPrograms.makeExecutable(program);
                Optional<ConsulBinary> binary = at(program, progress);
                if (binary.isPresent()) {
                    FETCHED.keep(program, PROGRAM);
                }
                return binary.map(there -> new ConsulBinary(cached(), there.major, there.minor));
            });
        } catch (IOException | RuntimeException e) {
            progress.accept("no Consul from " + from + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** The program there, when it runs and says its version. */
    private static Optional<ConsulBinary> at(Path path, Consumer<String> progress) {
        try {
            Matcher version = VERSION.matcher(Executables.run(DEADLINE, Map.of(), List.of(path.toString(), "version")));
            if (version.find()) {
                return Optional.of(new ConsulBinary(
                        path.toAbsolutePath(), Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2))));
            }
            progress.accept(path + " is no Consul");
        } catch (IOException e) {
            progress.accept(path + " does not run: " + e.getMessage().lines().findFirst().orElse(""));
        }
        return Optional.empty();
    }

    private static Path cached() {
        return FETCHED.path(PROGRAM);
    }
}
