// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.ProjectDirectory;

/** Every button of the console is pressed, by its label, in the test that does so in a browser. */
class ConsoleButtonsTest {

    private static final Path PROJECT = ProjectDirectory.target().getParent();
    private static final Path CONSOLE = PROJECT.resolve("src/main/webapp/console");
    private static final Path PRESSES =
            PROJECT.resolve("src/test/blackbox/org/nodebridge/registry/blackbox/ConsoleIT.java");

    /** A button, with what is written on it; one that is made by a function; and one that copies. */
    private static final List<Pattern> BUTTONS = List.of(
            Pattern.compile("<button\\b(?:=>|[^>])*>([^<]*)"),
            Pattern.compile("actionButton\\(\\s*[`\"]([^`\"]*)"),
            Pattern.compile("\"(Copy \\w+)\""));

    @Test
    void eachButtonIsPressed() throws IOException {
        String presses = Files.readString(PRESSES);
        Set<String> labels = labels();

        assertThat(labels).contains("They are gone", "Look further back", "Ask again", "Copy id", "Sign out", "Cordon")
                .hasSizeGreaterThan(25)
                .allSatisfy(label -> assertThat(presses)
                        .containsPattern("click(?:In)?\\((?:[^;]*, )?\"" + Pattern.quote(label)));
    }

    private static Set<String> labels() throws IOException {
        Set<String> labels = new TreeSet<>();
        try (Stream<Path> modules = Files.walk(CONSOLE)) {
            for (Path module : modules.filter(file -> file.toString().endsWith(".js")).toList()) {
                String text = Files.readString(module);
                BUTTONS.forEach(buttons -> buttons.matcher(text).results()
                        // what varies begins behind the part by which the test finds it
                        .map(button -> button.group(1).replaceFirst("(?s)\\$\\{.*|….*", "").strip())
                        .filter(label -> !label.isEmpty())
                        .forEach(labels::add));
            }
        }
        return labels;
    }
}
