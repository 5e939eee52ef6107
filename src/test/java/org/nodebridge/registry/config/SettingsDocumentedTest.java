// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * Holds the tables of settings in docs/configuration.md to the code, and the few of docs/deployment.md to them.
 * Surefire runs tests in the project's directory.
 */
class SettingsDocumentedTest {

    /** A row of the table; a setting that is empty by default says {@code none}. */
    private record Row(String key, String variable, String defaultValue) {}

    private static final String PAGE = "docs/configuration.md";
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([^`]+)` \\| `([^`]+)` \\| (?:`([^`]*)`|none) \\| \\S.* \\|$");
    private static final Pattern SERVER_VARIABLE =
            Pattern.compile("<variable name=\"([^\"]+)\" defaultValue=\"([^\"]*)\"/>");

    private final List<Row> table = rows(text(PAGE));

    @Test
    void everySettingThatIsReadIsInTheTable() {
        assertThat(table).containsAll(read().values());
    }

    @Test
    void everyVariableOfTheServerIsInTheTable() {
        List<Row> variables = SERVER_VARIABLE.matcher(text("src/main/liberty/config/server.xml"))
                .results()
                .map(variable -> new Row(variable.group(1), variable.group(1), variable.group(2)))
                .toList();

        assertThat(variables).hasSizeGreaterThan(5);
        assertThat(table).containsAll(variables);
    }

    @Test
    void everyRegistryKeyInTheTableIsReadByTheCode() {
        Map<String, Row> read = read();
        String code = sources();

        assertThat(table)
                .filteredOn(row -> row.key().startsWith("registry."))
                .hasSizeGreaterThanOrEqualTo(40)
                .allSatisfy(row -> assertThat(read.containsKey(row.key()) || code.contains('"' + row.key() + '"'))
                        .as(row.key())
                        .isTrue());
    }

    @Test
    void everyLineOfTheTableIsARowAndNamesAKeyOnce() {
        long lines = text(PAGE).lines().filter(line -> line.startsWith("| `")).count();

        assertThat(table).hasSize((int) lines).extracting(Row::key).doesNotHaveDuplicates();
    }

    @Test
    void everyRowOfTheDeploymentPageIsInTheTable() {
        assertThat(rows(section("## The settings that connect it"))).hasSizeGreaterThan(5).isSubsetOf(table);
    }

    private static List<Row> rows(String text) {
        return ROW.matcher(text)
                .results()
                .map(row -> new Row(row.group(1), row.group(2), Optional.ofNullable(row.group(3)).orElse("")))
                .toList();
    }

    /** Every setting that the reader describes, by its key. */
    private static Map<String, Row> read() {
        SettingsReader reader = new SettingsReader(key -> Optional.empty());
        RegistrySettings.read(reader);
        return reader.described().stream()
                .map(setting -> new Row(setting.key(), variable(setting), setting.defaultValue()))
                .collect(Collectors.toMap(Row::key, row -> row, (a, b) -> b, LinkedHashMap::new));
    }

    /** The setting's other name, else the one that MicroProfile Config derives from its key. */
    private static String variable(SettingsReader.Described setting) {
        return setting.alias() != null
                ? setting.alias()
                : setting.key().replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static String section(String heading) {
        return Pattern.compile("(?ms)^" + heading + "$(.*?)(?=^## |\\z)")
                .matcher(text("docs/deployment.md"))
                .results()
                .map(MatchResult::group)
                .findFirst()
                .orElseThrow();
    }

    private static String sources() {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(file -> text(file.toString()))
                    .collect(Collectors.joining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
