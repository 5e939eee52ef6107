// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The libraries of a program that runs in a JVM of its own, as they are to be apart from the project's. A resource
 * beside this class is their POM; Maven fetches them as the build fetches the project's, once for each build directory.
 */
final class SeparateClasspath {

    // with its version, or Maven would take the newest
    private static final String GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath";

    private SeparateClasspath() {}

    /**
     * Writes {@code java.args} into the directory, which sets the class path where java is given
     * {@code @<directory>/java.args}.
     *
     * @param name of the POM, without {@code .xml}
     * @param deadline for fetching, where no earlier run has fetched them
     * @param settings of the POM, such as {@code -Dkafka.version=4.3.1}
     * @return the file, absolute
     * @throws java.io.UncheckedIOException when they cannot be fetched; says what Maven says
     */
    static Path write(Path directory, String name, Duration deadline, String... settings) throws IOException {
        Path known = ProjectDirectory.target().resolve(name);
        FreshDirectory.ensure(known, work -> {
            copyResource(name + ".xml", work.resolve("pom.xml"));
            List<String> command = new ArrayList<>(List.of(
                    "mvn", "-B", "-q", "-f", work.resolve("pom.xml").toString(), GOAL,
                    "-Dmdep.outputFile=" + work.resolve("classpath.txt")));
            command.addAll(List.of(settings));
            Executables.run(deadline, Map.of(), command);
        });
        String classpath = Files.readString(known.resolve("classpath.txt")).strip();
        Files.createDirectories(directory);
        return Files.write(directory.toAbsolutePath().resolve("java.args"), List.of("-cp", '"' + classpath + '"'));
    }

    /** A resource beside this class, to a new file. */
    static void copyResource(String name, Path file) throws IOException {
        try (InputStream resource = SeparateClasspath.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new FileNotFoundException(name);
            }
            Files.copy(resource, file);
        }
    }
}
