// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the tables of docs/limits.md to the constants in the code and to the table of settings. */
class LimitsDocumentedTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern SETTING = Pattern.compile("(?m)^\\|.*\\| `(registry\\.[^`]+)` \\| (\\d+) \\|.*\\|$");
    private static final Pattern CONSTANT = Pattern.compile("(?m)^\\|.*\\| (\\d+) \\| `(\\w+)\\.(\\w+)` \\|.*\\|$");
    private static final Pattern DEFAULT =
            Pattern.compile("(?m)^\\| `(registry\\.[^`]+)` \\| `[^`]+` \\| `([^`]*)` \\|");

    @Test
    void everySettingHasTheDefaultOfTheTableOfSettings() throws IOException {
        Map<String, String> defaults = rows(DEFAULT, "docs/configuration.md")
                .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));

        List<MatchResult> rows = rows(SETTING, "docs/limits.md").toList();

        assertThat(rows).hasSizeGreaterThan(30).allSatisfy(
                row -> assertThat(defaults).containsEntry(row.group(1), row.group(2)));
    }

    @Test
    void everySettingInBytesIsInTheTable() throws IOException {
        List<String> listed = rows(SETTING, "docs/limits.md").map(row -> row.group(1)).toList();

        assertThat(rows(DEFAULT, "docs/configuration.md").map(row -> row.group(1)))
                .filteredOn(key -> key.contains("bytes") || key.startsWith("registry.limits.") || key.contains("most-"))
                .filteredOn(key -> !key.equals("registry.intake.fetch-max-partition-bytes"))
                .isSubsetOf(listed);
    }

    @Test
    void everyFixedLimitIsTheConstantInTheCode() throws IOException {
        List<MatchResult> rows = rows(CONSTANT, "docs/limits.md").toList();

        assertThat(rows).hasSizeGreaterThan(30).allSatisfy(
                row -> assertThat(constant(row.group(2), row.group(3)))
                        .as(row.group(2) + "." + row.group(3))
                        .isEqualTo(Long.parseLong(row.group(1))));
    }

    @Test
    void everyLineOfATableIsARow() throws IOException {
        long lines = Files.readString(Path.of("docs/limits.md"), UTF_8).lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| what "))
                .count();

        assertThat(rows(SETTING, "docs/limits.md").count() + rows(CONSTANT, "docs/limits.md").count())
                .isEqualTo(lines);
    }

    private static Stream<MatchResult> rows(Pattern pattern, String page) throws IOException {
        return pattern.matcher(Files.readString(Path.of(page), UTF_8)).results();
    }

    private static long constant(String type, String name) throws ReflectiveOperationException, IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            Path source = files.filter(file -> file.getFileName().toString().equals(type + ".java"))
                    .findFirst()
                    .orElseThrow();
            String path = SOURCES.relativize(source).toString();
            Class<?> found = Class.forName(
                    path.substring(0, path.length() - ".java".length()).replace('/', '.').replace('\\', '.'), false,
                    LimitsDocumentedTest.class.getClassLoader());
            Field field = found.getDeclaredField(name);
            field.setAccessible(true);
            return ((Number) field.get(null)).longValue();
        }
    }
}
