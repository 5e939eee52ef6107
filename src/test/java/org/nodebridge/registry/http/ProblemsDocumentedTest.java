// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the table of errors in docs/api.md to the code. Surefire runs tests in the project's directory. */
class ProblemsDocumentedTest {

    private static final Pattern MADE = Pattern.compile("urn\\(\"([a-z-]+[a-z])\"\\)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\| \\d{3} \\| \\S.* \\|$");

    @Test
    void everyCodeThatIsMadeIsInTheTableAndTheReverse() throws IOException {
        Set<String> made = all(MADE, "src/main/java/org/nodebridge/registry/http/Problem.java");
        Set<String> listed = all(ROW, "docs/api.md");

        assertThat(made).hasSizeGreaterThan(6).isSubsetOf(listed);
        assertThat(listed).filteredOn(code -> !code.startsWith("http-")).isSubsetOf(made);
    }

    @Test
    void aCodeIsTheLastPartOfItsType() {
        assertThat(Problem.tooMany("x").code()).isEqualTo("too-many-requests");
        assertThat(Problem.ofStatus(418, "x", "x").code()).isEqualTo("http-418");
    }

    private static Set<String> all(Pattern pattern, String file) throws IOException {
        return pattern.matcher(Files.readString(Path.of(file), UTF_8))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }
}
