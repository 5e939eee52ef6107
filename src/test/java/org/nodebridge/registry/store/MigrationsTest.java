// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.servers.ProjectDirectory;

/** Migrations run while replicas of the version before still work, so they take nothing away that those use. */
class MigrationsTest {

    private static final Path DIRECTORY = ProjectDirectory.target().resolveSibling("src/main/resources/db/migration");

    private static final Path LIST =
            ProjectDirectory.target().resolveSibling("src/test/resources/org/nodebridge/registry/store/migrations.txt");
    private static final Path LAST_WITHOUT_THE_RULE = Path.of("V30__cordons.sql");

    private static final Pattern CREATED_TABLE = pattern("\\bCREATE\\s+TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?(\\w+)");
    private static final Pattern CONCURRENTLY = pattern("\\bINDEX\\s+CONCURRENTLY\\b");
    private static final Pattern BLOCKING_INDEX = pattern(
            "\\bCREATE\\s+(?:UNIQUE\\s+)?INDEX\\s+(?!CONCURRENTLY\\b)[^;]*?\\bON\\s+(?:ONLY\\s+)?(\\w+)"
                    + "|\\bALTER\\s+TABLE\\s+(?:ONLY\\s+)?(\\w+)[^;]*\\bADD\\b[^;]*\\b(?:UNIQUE|PRIMARY\\s+KEY)\\b"
                    + "(?!\\s+USING\\s+INDEX)");
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

    /** Databases have applied what is listed, so that only the end is free. */
    @Test
    void addsMigrationsAtTheEndOnlyAndEditsNone() throws IOException {
        List<String> listed = Files.readAllLines(LIST);
        List<String> there = new ArrayList<>();
        for (Path migration : migrations().sorted(Comparator.comparing(MigrationsTest::version)).toList()) {
            CRC32 checksum = new CRC32();
            checksum.update(Files.readAllBytes(migration));
            there.add("%s %08x".formatted(migration.getFileName(), checksum.getValue()));
        }

        assertThat(there)
                .as("a migration that is listed is neither edited nor removed, and none comes before it: give a"
                        + " new one a number above all others, and its line (name, CRC-32) the last place in %s", LIST)
                .containsExactlyElementsOf(listed);
    }

    /** While an index is built otherwise no replica can write to its table, for minutes where there are many rows. */
    @ParameterizedTest
    @MethodSource("migrations")
    void buildsIndexesOfTablesThatHaveRowsConcurrently(Path migration) throws IOException {
        if (version(migration).compareTo(version(LAST_WITHOUT_THE_RULE)) <= 0) {
            return;
        }
        String sql = withoutComments(Files.readString(migration));

        assertThat(blockingIndexes(sql)).as("%s: see CONTRIBUTING, Migrations", migration).isEmpty();
        if (CONCURRENTLY.matcher(sql).find()) {
            assertThat(migration.resolveSibling(migration.getFileName() + ".conf"))
                    .content().contains("executeInTransaction=false");
            assertThat(sql).as("%s: what is left of a build that failed is to go first", migration)
                    .containsPattern("(?i)DROP INDEX CONCURRENTLY IF EXISTS");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "CREATE INDEX a ON nodes (b)", "CREATE UNIQUE INDEX IF NOT EXISTS a ON ONLY nodes (b)",
        "create index on nodes using gin (b)", "CREATE TABLE others (b text); CREATE INDEX a ON nodes (b)",
        "ALTER TABLE nodes ADD CONSTRAINT a UNIQUE (b)", "ALTER TABLE nodes ADD PRIMARY KEY (b)"
    })
    void wouldFindAnIndexThatBlocksWriters(String sql) {
        assertThat(blockingIndexes(sql)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "CREATE TABLE IF NOT EXISTS nodes (b text PRIMARY KEY); CREATE INDEX a ON nodes (b)",
        "CREATE INDEX CONCURRENTLY a ON nodes (b)", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a ON nodes (b)",
        "ALTER TABLE nodes ADD CONSTRAINT a UNIQUE USING INDEX b"
    })
    void letsOtherIndexesBe(String sql) {
        assertThat(blockingIndexes(sql)).isEmpty();
    }

    private static List<String> blockingIndexes(String sql) {
        Set<String> made = CREATED_TABLE.matcher(sql).results().map(table -> table.group(1)).collect(toSet());
        return BLOCKING_INDEX.matcher(sql).results()
                .filter(index -> !made.contains(index.group(1) == null ? index.group(2) : index.group(1)))
                .map(MatchResult::group)
                .toList();
    }

    /** Comparable in the order in which Flyway applies them. */
    private static MigrationVersion version(Path migration) {
        return MigrationVersion.fromVersion(migration.getFileName().toString().replaceAll("^V|__.*", ""));
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
    }

    /** Nor what a trigger's function does later. */
    private static String withoutComments(String sql) {
        return sql.replaceAll("--[^\n]*", "").replaceAll("(?s)\\$body\\$.*?\\$body\\$", "");
    }
}
