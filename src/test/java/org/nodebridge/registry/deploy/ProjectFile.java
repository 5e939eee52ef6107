// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nodebridge.registry.servers.ProjectDirectory;

/** A file of the project, by its path from the project's directory. */
record ProjectFile(String path) {

    private static final YAMLMapper YAML = new YAMLMapper(new YAMLFactory());
    private static final Pattern SETTING = Pattern.compile("(?m)^\\| `[^`]+` \\| `([A-Z0-9_]+)` \\|");

    static Path directory() {
        return ProjectDirectory.target().getParent();
    }

    /** The YAML files under a directory, sorted. */
    static List<ProjectFile> yamlUnder(String directory) {
        return under(directory, ".yaml");
    }

    /** The files under a directory whose names end so, sorted. */
    static List<ProjectFile> under(String directory, String ending) {
        try (Stream<Path> files = Files.walk(directory().resolve(directory))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .map(file -> new ProjectFile(directory().relativize(file).toString()))
                    .sorted((one, other) -> one.path.compareTo(other.path))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The environment variables that docs/configuration.md lists. */
    static Set<String> settings() {
        return new ProjectFile("docs/configuration.md").all(SETTING);
    }

    String text() {
        try {
            return Files.readString(directory().resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its content, when it is YAML or JSON of one document. */
    JsonNode tree() {
        try {
            return YAML.readTree(directory().resolve(path).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the first group of the pattern finds, each once. */
    Set<String> all(Pattern pattern) {
        return pattern.matcher(text()).results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
