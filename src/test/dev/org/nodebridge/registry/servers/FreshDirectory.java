// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories that are there whole or not at all, however the making of them ends. */
final class FreshDirectory {

    /** Fills a directory. */
    interface Filling {
        void fill(Path directory) throws IOException;
    }

    private FreshDirectory() {}

    /** Makes the directory beside its place and moves it there; does nothing when it exists. Safe to race. */
    static void ensure(Path directory, Filling filling) {
        if (Files.isDirectory(directory)) {
            return;
        }
        try {
            Files.createDirectories(directory.getParent());
            Path beside = Files.createTempDirectory(directory.getParent(), directory.getFileName() + ".new");
            try {
                filling.fill(beside);
                Files.move(beside, directory, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                // another build may have been faster, and its directory is as good as ours
                if (!Files.isDirectory(directory)) {
                    throw e;
                }
            } finally {
                delete(beside);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Deletes a directory with all it holds; one that is not there is no error. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
