// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Configuration and application of one Liberty instance. Liberty unpacks the application beside its configuration, so
 * that an instance that starts would change the files under another's feet if they had one directory between them.
 */
final class LibertyUserDirectory {

    private static final String ENVIRONMENT = "server.env";

    private LibertyUserDirectory() {}

    /** One that stays for as long as the install does, as what it protects may. */
    static String keyStorePassword(Path install, String server) throws IOException {
        Path environment = install.resolve("usr").resolve("servers").resolve(server).resolve(ENVIRONMENT);
        try (Stream<String> lines = Files.lines(environment)) {
            return lines.filter(line -> line.startsWith("keystore_password="))
                    .map(line -> line.substring(line.indexOf('=') + 1))
                    .findFirst()
                    .orElseThrow(() -> new IOException(environment + " has no password for the key store"));
        }
    }

    /**
     * Copies the installed server's configuration and links to its application, again at every call. Today's version
     * goes without the {@code server.env} that Liberty makes with passwords in it: official images have none.
     *
     * @param instead files of another version, with its application in {@code apps}, that take the place of those
     *     installed
     */
    static Path make(Path install, String server, Path user, Optional<Path> instead) throws IOException {
        Path installed = install.resolve("usr").resolve("servers").resolve(server);
        Path ours = Files.createDirectories(user.resolve("servers").resolve(server));
        copy(installed, ours);
        if (instead.isPresent()) {
            copy(instead.get(), ours);
        } else {
            Files.deleteIfExists(ours.resolve(ENVIRONMENT));
        }
        Path applications = Files.createDirectories(ours.resolve("apps"));
        for (Path file : filesIn(instead.orElse(installed).resolve("apps"))) {
            link(applications.resolve(file.getFileName()), file);
        }
        link(user.resolve("shared"), install.resolve("usr").resolve("shared"));
        return user;
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : filesIn(from)) {
            Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void link(Path link, Path target) throws IOException {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, target);
    }
}
