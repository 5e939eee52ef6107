// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One file out of a package of a Debian release, fetched by apt without root from the mirror this machine uses. */
final class DebianPackage {

    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final String ARCHIVE_KEY = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private final String release;
    private final String name;

    DebianPackage(String release, String name) {
        this.release = release;
        this.name = name;
    }

    /**
     * Fetches the package, unpacks it in the work directory and returns the path of the file there.
     *
     * @throws IOException when this is no machine with apt and Debian's archive, or it cannot be reached
     */
    Path extract(String file, Path work) throws IOException {
        if (!Executables.onPath("apt-get") || !Executables.onPath("dpkg")) {
            throw new IOException("no apt here");
        }
        AptSources.Source archive = AptSources.debianArchive(Path.of("/etc/apt"))
                .orElseThrow(() -> new IOException("no Debian archive among apt's sources"));
        for (String folder : List.of("state/lists/partial", "cache/archives/partial", "unpacked")) {
            Files.createDirectories(work.resolve(folder));
        }
        String key = archive.signedBy().isEmpty() ? ARCHIVE_KEY : archive.signedBy();
        String options = Files.isReadable(Path.of(key)) ? "[signed-by=" + key + "] " : "";
        Path sources = work.resolve("sources.list");
        Files.writeString(sources, "deb " + options + archive.uri() + " " + release + " main\n");
        apt(work, sources, "update");
        apt(work, sources, "download", name);
        Executables.run(DEADLINE, Map.of(), List.of(
                "dpkg", "-x", downloaded(work).toString(), work.resolve("unpacked").toString()));
        return work.resolve("unpacked").resolve(file);
    }

    private static void apt(Path work, Path sources, String... action) throws IOException {
        List<String> command = new ArrayList<>(List.of("apt-get", "--quiet"));
        for (String option : List.of(
                "Dir::Etc::sourcelist=" + sources,
                "Dir::Etc::sourceparts=-",
                "Dir::Etc::preferences=/dev/null",
                "Dir::Etc::preferencesparts=-",
                "Dir::State=" + work.resolve("state"),
                "Dir::Cache=" + work.resolve("cache"),
                "APT::Sandbox::User=",
                "Acquire::Languages=none",
                "Acquire::Retries=2",
                // an update that reached nothing would otherwise pass for a success
                "APT::Update::Error-Mode=any")) {
            command.addAll(List.of("-o", option));
        }
        command.addAll(List.of(action));
        // apt downloads into the directory it is called in
        List<String> inDirectory = new ArrayList<>(List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", work.toString()));
        inDirectory.addAll(command);
        try {
            Executables.run(DEADLINE, Map.of("LC_ALL", "C"), inDirectory);
        } catch (IOException e) {
            throw new IOException("apt-get " + action[0] + " failed: " + firstError(e.getMessage()));
        }
    }

    private Path downloaded(Path work) throws IOException {
        try (Stream<Path> files = Files.list(work)) {
            return files.filter(file -> file.getFileName().toString().matches(name + "_.*\\.deb"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("apt-get brought no " + name + " package"));
        }
    }

    private static String firstError(String message) {
        return message.lines().filter(line -> line.startsWith("E:")).findFirst().orElse(message);
    }
}
