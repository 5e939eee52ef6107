// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.ProjectDirectory;

/** What can be said of all pages at once. */
class DocsTest {

    private static final Path PROJECT = ProjectDirectory.target().getParent();
    private static final Pattern TEST_NAME = Pattern.compile("(?<![\\w*])[A-Z][A-Za-z0-9]*[a-z0-9](?:Test|IT)\\b");

    private static final Pattern CLASS = Pattern.compile("(?m)^(?:public |final )*class (\\w+)");

    private final List<Page> pages = Page.all();

    @Test
    void everyLinkLeadsSomewhere() {
        assertThat(pages).hasSizeGreaterThan(12).allSatisfy(
                page -> assertThat(page.brokenLinks()).as(page.name()).isEmpty());
    }

    @Test
    void noPageHasTheMarksOfAMergeThatWasNotFinished() {
        assertThat(pages).allSatisfy(page -> assertThat(page.prose().lines())
                .as(page.name())
                .noneMatch(line -> line.matches("(<{7}|>{7}) .*|={7}")));
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Set<String> classes = testClasses();

        assertThat(pages).allSatisfy(page -> assertThat(
                TEST_NAME.matcher(page.prose()).results().map(MatchResult::group))
                .as(page.name())
                .filteredOn(name -> !classes.contains(name))
                .isEmpty());
    }

    @Test
    void everyGuaranteeNamesATest() {
        List<String> rows = page("docs/guarantees.md").prose().lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| guarantee"))
                .toList();

        assertThat(rows).hasSizeGreaterThan(20).allSatisfy(
                row -> assertThat(TEST_NAME.matcher(row).find()).as(row).isTrue());
    }

    @Test
    void everyClaimOfSecurityNamesATest() {
        String prose = page("SECURITY.md").prose();
        String section = prose.substring(
                prose.indexOf("## What is protected"), prose.indexOf("## Who a node is"));

        assertThat(Stream.of(section.split("(?m)^- ")).skip(1)).hasSizeGreaterThan(10).allSatisfy(
                claim -> assertThat(TEST_NAME.matcher(claim).find() || claim.contains("no test shows"))
                        .as(claim)
                        .isTrue());
    }

    @Test
    void everyPageIsInTheIndex() {
        Set<Path> indexed = page("docs/README.md").linked().collect(Collectors.toSet());

        assertThat(pages)
                .extracting(Page::name)
                .filteredOn(name -> name.startsWith("docs/") && !name.equals("docs/README.md"))
                .allMatch(name -> indexed.contains(PROJECT.resolve(name)));
    }

    @Test
    void everyCommandIsRunByATestOrSaysWhyNot() throws IOException {
        Set<String> classes = testClasses();

        assertThat(pages.stream().flatMap(page -> page.blocks().stream()).filter(Block::isCommands))
                .hasSizeGreaterThan(20)
                .allSatisfy(block -> {
                    assertThat(block.notRunBecause().isPresent() || !block.runBy().isEmpty()).as("%s", block).isTrue();
                    assertThat(block.runBy()).as("%s", block).allMatch(classes::contains);
                });
    }

    /** Or it would be compared with nothing. */
    @Test
    void everyOutputFollowsCommandsThatATestRuns() {
        assertThat(pages).allSatisfy(page -> {
            List<Block> compared = page.blocks().stream()
                    .filter(block -> block.runBy().contains("DocsCommandsIT"))
                    .flatMap(block -> page.outputOf(block).stream())
                    .toList();
            assertThat(page.blocks()).filteredOn(Block::isOutput).isEqualTo(compared);
        });
        assertThat(page("docs/getting-started.md").blocks()).filteredOn(Block::isOutput).hasSizeGreaterThan(4);
    }

    /** Each term once, in alphabetical order, by a name of the code, a setting or a metric, and with a link to more. */
    @Test
    void everyTermOfTheGlossaryIsExplainedOnceAndIsAWordOfTheCode() throws IOException {
        String code = code() + page("docs/configuration.md").prose() + page("docs/operations.md").prose();
        List<String> rows = page("docs/glossary.md").prose().lines()
                .filter(line -> line.startsWith("| **"))
                .toList();
        List<String> terms = rows.stream().map(row -> row.split("\\*\\*")[1].toLowerCase(Locale.ROOT)).toList();

        assertThat(terms).hasSizeGreaterThan(30).doesNotHaveDuplicates().isSorted();
        assertThat(rows).allSatisfy(row -> {
            String[] cells = row.split(" \\| ");
            assertThat(cells).hasSize(4);
            assertThat(cells[2]).matches("`.+`");
            assertThat(code.contains(cells[2].replace("`", ""))).as(row).isTrue();
            assertThat(cells[3]).startsWith("[").endsWith(") |");
        });
    }

    private static String code() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT.resolve("src/main/java"))) {
            StringBuilder code = new StringBuilder();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                code.append(Files.readString(file));
            }
            return code.toString();
        }
    }

    /** The test that runs it uses the class as it stands there. */
    @Test
    void everyClassIsTheOneThatATestUses() {
        assertThat(pages.stream().flatMap(page -> page.blocks().stream())
                .filter(block -> block.language().equals("java")))
                .isNotEmpty()
                .allSatisfy(block -> {
                    String shown = String.join("\n", block.lines());
                    Matcher name = CLASS.matcher(shown);
                    assertThat(name.find()).as("%s has a class", block).isTrue();
                    Path source = PROJECT.resolve(
                            "src/test/blackbox/org/nodebridge/registry/blackbox/" + name.group(1) + ".java");
                    assertThat(source).content().as("%s", block).contains(shown);
                });
    }

    private Page page(String name) {
        return pages.stream().filter(page -> page.name().equals(name)).findFirst().orElseThrow();
    }

    private static Set<String> testClasses() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT.resolve("src/test"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }
}
