// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A wall clock that is wrong and jumps, for the processes alone that are given {@link #environment}: by libfaketime, of
 * the machine or out of Debian's package, from which it is kept in the user's cache. Monotonic clocks stay right.
 */
public final class FakeClock {

    private static final String RELEASE = "bookworm";
    private static final String LIBRARY = "libfaketime.so.1";
    private static final FetchedPrograms FETCHED = new FetchedPrograms("faketime");

    private final Path library;
    private final Path offset;

    private FakeClock(Path library, Path offset) {
        this.library = library;
        this.offset = offset;
    }

    /**
     * A clock that is right at first; may take a minute. Skips the test where libfaketime is not to be had, but fails
     * it in CI.
     *
     * @param directory where it is written how wrong it is
     */
    public static FakeClock needed(Path directory) throws IOException {
        StringBuilder why = new StringBuilder("no libfaketime; Debian has it in the package libfaketime");
        Optional<Path> library = ofTheMachine()
                .or(() -> Optional.of(FETCHED.path(LIBRARY)).filter(Files::isReadable))
                .or(() -> fetched(why));
        FakeClock clock = new FakeClock(
                Needed.orSkip(library, why.toString()), directory.toAbsolutePath().resolve("offset"));
        clock.set(0);
        return clock;
    }

    private static Optional<Path> ofTheMachine() {
        return Stream.of("x86_64-linux-gnu", "aarch64-linux-gnu")
                .map(machine -> Path.of("/usr/lib", machine, "faketime", LIBRARY))
                .filter(Files::isReadable)
                .findFirst();
    }

    private static Optional<Path> fetched(StringBuilder why) {
        try {
            return Optional.of(FETCHED.fetching(work -> {
                Path unpacked = new DebianPackage(RELEASE, "libfaketime").extract("usr/lib", work);
                try (Stream<Path> files = Files.walk(unpacked)) {
                    Path found = files.filter(file -> file.endsWith(LIBRARY)).findFirst()
                            .orElseThrow(() -> new IOException("no " + LIBRARY + " in its package"));
                    return FETCHED.keep(found, LIBRARY);
                }
            }));
        } catch (IOException e) {
            why.append("\nnone from Debian's package: ").append(e.getMessage());
            return Optional.empty();
        }
    }

    /** For the process whose clock it is to be. */
    public Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "NO_FAKE_STAT", "1",
                "DONT_FAKE_MONOTONIC", "1",
                // else every wait of a JVM ends at once, and its start takes minutes
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /**
     * Has it jump.
     *
     * @param seconds how far it is ahead of the machine's from now on, or negative for behind
     */
    public void set(int seconds) throws IOException {
        Path next = offset.resolveSibling("next");
        Files.writeString(next, (seconds < 0 ? "" : "+") + seconds + "\n");
        Files.move(next, offset, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
