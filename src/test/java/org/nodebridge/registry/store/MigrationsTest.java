// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.servers.ProjectDirectory;

/** Migrations run while replicas of the version before still work, so they take nothing away that those use. */
class MigrationsTest {

    private static final Path DIRECTORY = ProjectDirectory.target().resolveSibling("src/main/resources/db/migration");

    private static final Pattern TAKES_AWAY = pattern(
            "\\bDROP\\s+(TABLE|COLUMN|SCHEMA|VIEW)\\b|\\bRENAME\\b|(?<!\\bAFTER )\\bTRUNCATE\\b|\\bDELETE\\s+FROM\\b"
                    + "|\\bALTER\\s+COLUMN\\b|\\bADD\\s+COLUMN\\b(?![^,;]*\\bDEFAULT\\b)[^,;]*\\bNOT\\s+NULL\\b");
    private static final Pattern DROPPED_FUNCTION = pattern("\\bDROP\\s+FUNCTION\\s+(\\w+)");

    static Stream<Path> migrations() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            List<Path> all = files.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
            assertThat(all).hasSizeGreaterThan(10);
            return all.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("migrations")
    void takesNothingAwayThatTheVersionBeforeUses(Path migration) throws IOException {
        String sql = withoutComments(Files.readString(migration));

        assertThat(TAKES_AWAY.matcher(sql).results()).as("%s", migration).isEmpty();
        assertThat(DROPPED_FUNCTION.matcher(sql).results()).as("%s", migration).allSatisfy(
                dropped -> assertThat(sql.substring(dropped.end()))
                        .containsPattern("CREATE (OR REPLACE )?FUNCTION " + dropped.group(1) + "\\b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "ALTER TABLE a DROP COLUMN b", "DROP TABLE a", "ALTER TABLE a RENAME TO b",
        "ALTER TABLE a ALTER COLUMN b TYPE text",
        "ALTER TABLE a ADD COLUMN b text NOT NULL", "ALTER TABLE a\n  ADD COLUMN b text,\n  ADD COLUMN c int NOT NULL"
    })
    void wouldFindWhatTakesAway(String sql) {
        assertThat(TAKES_AWAY.matcher(sql).find()).isTrue();
    }

    @Test
    void letsColumnsWithADefaultBeAdded() {
        String sql = withoutComments(
                "-- DROP TABLE a\nALTER TABLE a ADD COLUMN b int NOT NULL DEFAULT 1, ADD COLUMN c text");

        assertThat(TAKES_AWAY.matcher(sql).find()).isFalse();
    }

    /** Else all entries in Consul would be written over unlooked until the first comparison after an upgrade. */
    @Test
    void doesNotSayThatThereIsNoOtherInstallationBeforeAComparisonHasLooked() throws IOException {
        String sql = withoutComments(Files.readString(DIRECTORY.resolve("V27__installation.sql")));

        assertThat(sql).containsPattern("ADD COLUMN others JSONB\\s*;");
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
    }

    /** Nor what a trigger's function does later. */
    private static String withoutComments(String sql) {
        return sql.replaceAll("--[^\n]*", "").replaceAll("(?s)\\$body\\$.*?\\$body\\$", "");
    }
}
