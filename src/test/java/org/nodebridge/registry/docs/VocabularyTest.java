// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps words that a reader from the field would not search for out of the code, the console, the deployment files and
 * the documentation. Each failure names the standard term. Migrations are left out, as a change of a comment would
 * change their checksum.
 */
class VocabularyTest {

    private static final Map<String, String> INSTEAD = new LinkedHashMap<>();

    static {
        INSTEAD.put("whoever|whomever|whosever", "the client, the caller, a reader, ...");
        INSTEAD.put("whatever", "any, every, regardless of");
        INSTEAD.put("anew", "again");
        INSTEAD.put("of itself|of themselves", "automatically; about itself");
        INSTEAD.put("by hand", "manually, by the API");
        INSTEAD.put("owed|debt", "pending");
        INSTEAD.put("taken down", "recorded");
        INSTEAD.put("told", "received, sent, published, reported; distinguished");
        INSTEAD.put("farewells?", "shutdown event, departure");
        INSTEAD.put("signs? of life", "heartbeat or probe");
        INSTEAD.put("lanes?", "mode, queue");
        INSTEAD.put("(?:is|are|was|were|goes) away", "is unavailable");
        INSTEAD.put("look through|a look", "search, sweep, read, check");
        INSTEAD.put("mend(?:s|ed|ing)?", "fixed, repaired");
        INSTEAD.put("set aside", "dead-lettered");
    }

    private static final Set<String> TEXTS = Set.of(
            "css", "html", "java", "js", "json", "md", "options", "properties", "service", "sql", "xml", "yaml", "yml");

    /** Between the words of a term, which a comment may break. */
    private static final String BETWEEN = "\\\\s+(?:(?:\\\\*|//|#|--)\\\\s+)?";

    @Test
    void saysWhatTheFieldSays() {
        List<String> found = new ArrayList<>();
        for (Path file : texts()) {
            String text = text(file);
            INSTEAD.forEach((terms, instead) -> {
                Matcher term = pattern(terms).matcher(text);
                while (term.find()) {
                    long line = text.substring(0, term.start()).lines().count();
                    found.add(file + ":" + line + ": \"" + term.group() + "\"; say: " + instead);
                }
            });
        }

        assertThat(found).isEmpty();
    }

    @Test
    void findsATermThatAnEndOfALineBreaks() {
        assertThat(pattern("by hand").matcher("written by\n     * hand").find()).isTrue();
        assertThat(pattern("by hand").matcher("by handle").find()).isFalse();
    }

    private static Pattern pattern(String terms) {
        return Pattern.compile("\\b(?:" + terms.replaceAll(" ", BETWEEN) + ")\\b", Pattern.CASE_INSENSITIVE);
    }

    private static Set<Path> texts() {
        return Stream.of("src/main", "docs", "deploy", "config", ".")
                .map(Path::of)
                .flatMap(folder -> files(folder, folder.equals(Path.of(".")) ? 1 : Integer.MAX_VALUE))
                .filter(file -> TEXTS.contains(file.toString().replaceAll(".*\\.", ""))
                        || file.endsWith("Dockerfile"))
                .filter(file -> !file.toString().contains("db/migration"))
                .map(Path::normalize)
                .collect(Collectors.toSet());
    }

    private static Stream<Path> files(Path folder, int depth) {
        try (Stream<Path> found = Files.walk(folder, depth)) {
            return found.filter(Files::isRegularFile).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
