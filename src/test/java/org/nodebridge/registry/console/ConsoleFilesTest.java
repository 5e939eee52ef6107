// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.ProjectDirectory;

/**
 * What can be said of the console's files without a browser: that they are all there, and need nothing from elsewhere.
 */
class ConsoleFilesTest {

    private static final Path WEBAPP = ProjectDirectory.target().resolveSibling("src/main/webapp");
    private static final Path WEBJARS = ProjectDirectory.target().resolve("webjars");
    private static final Pattern IMPORT = Pattern.compile("(?m)^(?:import|export|\\}) ?.*?[\"'](\\.[^\"']+)[\"'];$");
    private static final Pattern BARE_IMPORT = Pattern.compile("(?m)^(?:import|export|\\}).*from [\"'][^.]");

    @Test
    void importsOnlyFilesThatThereAre() throws IOException {
        int imports = 0;
        for (Path module : modules()) {
            String text = Files.readString(module);
            assertThat(BARE_IMPORT.matcher(text).find()).as("a name without a path in %s", module).isFalse();
            Matcher imported = IMPORT.matcher(text);
            while (imported.find()) {
                assertThat(inBuild(module.resolveSibling(imported.group(1)))).isRegularFile();
                imports++;
            }
        }
        assertThat(imports).isGreaterThan(50);
    }

    @Test
    void pageLoadsOnlyFilesThatThereAre() throws IOException {
        String page = Files.readString(WEBAPP.resolve("index.html"));
        Matcher loaded = Pattern.compile("(?:src|<link [^>]*href)=\"([^\"]+)\"").matcher(page);
        List<String> files = loaded.results().map(result -> result.group(1)).toList();

        assertThat(files).contains("console/main.js").allSatisfy(
                file -> assertThat(inBuild(WEBAPP.resolve(file))).isRegularFile());
        assertThat(page).doesNotContain("<style", " style=", "onclick=").doesNotContainPattern("<script(?![^>]* src=)");
    }

    @Test
    void asksForNothingFromElsewhere() throws IOException {
        for (Path file : Stream.concat(modules().stream(), Stream.of(
                WEBAPP.resolve("index.html"), WEBAPP.resolve("console/console.css"),
                WEBAPP.resolve("console/tables.css")))
                .toList()) {
            assertThat(Files.readString(file)).as("%s", file)
                    .doesNotContainPattern("(?:from|import|src=|href=|url\\(|fetch\\()\\s*[\"'(]?https?:");
        }
    }

    /** A template's style attribute is refused by a policy without inline styles, and only in a browser. */
    @Test
    void writesNoInlineStyles() throws IOException {
        for (Path module : modules()) {
            assertThat(Files.readString(module)).as("%s", module).doesNotContainPattern("<[^>]* style=");
        }
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> files = Files.walk(WEBAPP.resolve("console"))) {
            return files.filter(file -> file.toString().endsWith(".js")).toList();
        }
    }

    /** Where the build has put it: libraries come from their jars. */
    private static Path inBuild(Path file) {
        Path inside = WEBAPP.relativize(file.normalize());
        return inside.startsWith("webjars") ? WEBJARS.resolve(inside.subpath(1, inside.getNameCount())) : file;
    }
}
