// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.nodebridge.registry.servers.Leftovers;

/** Where the servers of a run have their data, logs and pid files. */
record ServersDirectory(Path path) {

    /** Ends what a killed run has left, and takes its data away, so that every run begins alike. */
    void empty() throws IOException {
        Leftovers.end(path);
        if (Files.exists(path)) {
            try (Stream<Path> paths = Files.walk(path)) {
                for (Path one : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
        Files.createDirectories(path);
    }
}
