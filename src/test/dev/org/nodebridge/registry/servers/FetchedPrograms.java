// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Programs that were fetched once, in a folder of their own in the user's cache directory. */
final class FetchedPrograms {

    private final Path folder;

    FetchedPrograms(String name) {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path base = cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        folder = base.resolve("node-bridge-registry").resolve(name);
    }

    /** A way to use a directory that is deleted afterwards. */
    interface Work<T> {
        T in(Path directory) throws IOException;
    }

    /** Where the program is, or would be. */
    Path path(String program) {
        return folder.resolve(program);
    }

    /** Works in a new directory beside the programs. */
    <T> T fetching(Work<T> work) throws IOException {
        Files.createDirectories(folder);
        Path directory = Files.createTempDirectory(folder, "fetch");
        try {
            return work.in(directory);
        } finally {
            deleteQuietly(directory);
        }
    }

    /** Lets a file be run. */
    static void makeExecutable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Keeps a file out of the work directory; safe when two builds do so at once. */
    Path keep(Path file, String program) throws IOException {
        return Files.move(file, path(program), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void deleteQuietly(Path directory) {
        try {
            FreshDirectory.delete(directory);
        } catch (IOException e) {
            // a leftover in a cache folder harms nobody
        }
    }
}
