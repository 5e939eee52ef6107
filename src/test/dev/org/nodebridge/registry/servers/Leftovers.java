// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Servers of an earlier run that nobody could stop any more. */
public final class Leftovers {

    private Leftovers() {}

    /**
     * Ends every process that a pid file below the directory names and whose command line shows the directory, and
     * takes the files away. Such a server is given a while to end in order.
     *
     * @return the names of those that were ended
     */
    public static List<String> end(Path directory) {
        List<String> names = new ArrayList<>();
        List<ProcessHandle> processes = new ArrayList<>();
        for (Path file : pidFiles(directory)) {
            process(file).filter(process -> isOf(process, directory)).ifPresent(process -> {
                names.add(file.getFileName().toString().replace(".pid", ""));
                processes.add(process);
            });
        }
        processes.forEach(ProcessHandle::destroy);
        Waiting.until(Duration.ofSeconds(20), () -> processes.stream().allMatch(ProcessTree::hasEnded));
        processes.forEach(process -> new ProcessTree(process).kill());
        pidFiles(directory).forEach(Leftovers::delete);
        return names;
    }

    /** A pid may be another process's by now: only one that names our directory is ours. */
    private static boolean isOf(ProcessHandle process, Path directory) {
        return process.info()
                .commandLine()
                .filter(line -> line.contains(directory.toAbsolutePath() + "/"))
                .isPresent();
    }

    private static Optional<ProcessHandle> process(Path pidFile) {
        try {
            return ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static List<Path> pidFiles(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> servers = Files.list(directory)) {
            List<Path> files = new ArrayList<>();
            for (Path server : servers.filter(Files::isDirectory).toList()) {
                try (Stream<Path> inside = Files.list(server)) {
                    inside.filter(file -> file.toString().endsWith(".pid")).forEach(files::add);
                }
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
