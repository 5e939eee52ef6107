// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the table of errors in docs/api.md to the code. Surefire runs tests in the project's directory. */
class ProblemsDocumentedTest {

    private static final Path SOURCES = Path.of("src/main/java");

    /** A code by name, wherever one is made. */
    private static final Pattern NAMED =
            Pattern.compile("(?:urn\\(\"|urn:nodebridge:problem:)([a-z-]+[a-z])(?=\\\\?\")");

    /** A status of which a code is made: by the interface, and by what refuses requests before it. */
    private static final Pattern OF_STATUS = Pattern.compile(
            "(?:ofStatus\\(|new Refusal\\(|refuse\\(request, response, )\\s*(\\d{3})\\b");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\| (\\d{3}) \\| \\S.* \\|$");

    @Test
    void everyCodeThatIsMadeIsInTheTableAndTheReverse() throws IOException {
        Set<String> made = new TreeSet<>();
        for (Path source : sources()) {
            made.addAll(all(NAMED, source));
            all(OF_STATUS, source).forEach(status -> made.add("http-" + status));
        }
        // and what the container or JAX-RS answers by itself
        Problem.STATUSES.forEach(status -> made.add("http-" + status));

        assertThat(made).contains("https-needed", "stale", "http-400", "http-412", "http-431").hasSizeGreaterThan(20);
        assertThat(all(ROW, Path.of("docs/api.md"))).containsExactlyInAnyOrderElementsOf(made);
    }

    @Test
    void noStatusHasACodeThatIsNotInTheTable() {
        for (int status = 400; status < 600; status++) {
            String code = Problem.ofStatus(status, "x", "x").code();
            assertThat(Problem.STATUSES).extracting(known -> "http-" + known).contains(code);
            assertThat(ErrorPage.problem(status)).extracting(Problem::status, Problem::code)
                    .containsExactly(status, code);
        }
    }

    @Test
    void aCodeIsTheLastPartOfItsType() {
        assertThat(Problem.tooMany("x").code()).isEqualTo("too-many-requests");
        assertThat(Problem.ofStatus(409, "x", "x").code()).isEqualTo("http-409");
        assertThat(Problem.ofStatus(418, "x", "x").code()).isEqualTo("http-400");
    }

    @Test
    void repeatsNoIdThatIsLongOrCannotBeSeen() {
        String id = "a\u202eb\0" + "x".repeat(8_000);

        for (Problem problem : List.of(
                Problem.notRegistered(id), Problem.neverHeardOf(id), Problem.notThere("No such", "replay", id))) {
            assertThat(problem.detail()).contains("a\ufffdb\ufffdxx").hasSizeLessThan(200);
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> all = Files.walk(SOURCES)) {
            return all.filter(path -> path.toString().endsWith(".java")).toList();
        }
    }

    private static Set<String> all(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file, UTF_8))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }
}
