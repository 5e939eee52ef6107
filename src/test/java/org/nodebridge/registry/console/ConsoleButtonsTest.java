// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.ProjectDirectory;

/**
 * Every button of the console is pressed, by its label, in the test that does so in a browser; and what takes
 * something away looks dangerous and asks first.
 */
class ConsoleButtonsTest {

    private static final Path PROJECT = ProjectDirectory.target().getParent();
    private static final Path CONSOLE = PROJECT.resolve("src/main/webapp/console");
    private static final Path PRESSES =
            PROJECT.resolve("src/test/blackbox/org/nodebridge/registry/blackbox/WebConsoleIT.java");

    /** One that is made by a function, needs a role, and asks first. */
    private static final Pattern ACTION_BUTTON = Pattern.compile("actionButton\\(\\s*[`\"]([^`\"]*)");

    /** A button, with what is written on it; one that asks first; and one that copies. */
    private static final List<Pattern> BUTTONS = List.of(
            Pattern.compile("<button\\b(?:=>|[^>])*>([^<]*)"), ACTION_BUTTON, Pattern.compile("\"(Copy \\w+)\""));

    /** A dialog that asks first, up to the end of its description. */
    private static final Pattern CONFIRMATION = Pattern.compile("(?s)confirm\\(\\{\n.*?\n {2}\\}\\)");

    /** Requests that deregister, expire, hide from callers, forget or write all over; to end a cordon is none. */
    private static final Pattern TAKES_AWAY = Pattern.compile(
            "\"DELETE\", (?!path\\(\"/cordon\"\\))|\"PUT\", path\\(\"/cordon\"\\)|preservation/confirm"
                    + "|\"POST\", PATH, body, key|\"POST\", PATH, \\{ from");

    private static final Pattern DANGEROUS_BUTTON = Pattern.compile(
            "actionButton\\(\"([^\"…]+?) ?…(?:(?!actionButton)[^;]){0,120}?look: [^}]*?\"danger\"");

    @Test
    void whatTakesSomethingAwayAsksFirstAndLooksDangerous() throws IOException {
        List<String> asking = new ArrayList<>();
        for (String module : modules()) {
            CONFIRMATION.matcher(module).results()
                    .map(MatchResult::group)
                    .filter(confirmation -> TAKES_AWAY.matcher(confirmation).find())
                    .forEach(asking::add);
            // no request of that kind but behind a question
            assertThat(CONFIRMATION.matcher(module).replaceAll("")).doesNotContainPattern(TAKES_AWAY);
        }

        assertThat(asking).hasSize(8).allSatisfy(confirmation -> assertThat(confirmation).contains("\n    danger: "));
    }

    /** {@code WebConsoleIT} presses each of them and sees that the question names what it is about. */
    @Test
    void theDangerousButtonsAreThoseOfTheTestInABrowser() throws IOException {
        Set<String> dangerous = new TreeSet<>();
        modules().forEach(module -> DANGEROUS_BUTTON.matcher(module).results()
                .forEach(button -> dangerous.add(button.group(1))));
        Matcher listed = Pattern.compile("(?s)DANGEROUS =\\s+Set\\.of\\((.*?)\\);").matcher(Files.readString(PRESSES));

        assertThat(listed.find()).isTrue();
        assertThat(dangerous).isEqualTo(Pattern.compile("\"([^\"]+)\"").matcher(listed.group(1)).results()
                .map(label -> label.group(1))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void eachButtonIsPressed() throws IOException {
        String presses = Files.readString(PRESSES);
        Set<String> labels = labels(BUTTONS);

        assertThat(labels).contains("They are gone", "Look further back", "Ask again", "Copy id", "Sign out", "Cordon")
                .hasSizeGreaterThan(25)
                .allSatisfy(label -> assertThat(presses)
                        .containsPattern("click(?:In)?\\((?:[^;]*, )?\"" + Pattern.quote(label)));
    }

    /** Not only asked for: the browser's test also says yes, before it presses anything else. */
    @Test
    void whatAsksFirstIsConfirmed() throws IOException {
        List<String> presses = List.of(Files.readString(PRESSES).split("(?=click(?:In)?\\()|@Test"));
        Set<String> asking = labels(List.of(ACTION_BUTTON));

        assertThat(asking).contains("Replay all open", "Cordon many", "Uncordon").hasSizeGreaterThan(12)
                .allSatisfy(label -> assertThat(presses).anySatisfy(press -> assertThat(press)
                        .containsPattern("^click(?:In)?\\((?:[^;]*, )?\"" + Pattern.quote(label))
                        .contains("clickOn(\"dialog button[type=submit]\")")));
    }

    private static Set<String> labels(List<Pattern> kinds) throws IOException {
        Set<String> labels = new TreeSet<>();
        modules().forEach(text -> kinds.forEach(buttons -> buttons.matcher(text).results()
                // what varies begins behind the part by which the test finds it
                .map(button -> button.group(1).replaceFirst("(?s)\\$\\{.*|….*", "").strip())
                .filter(label -> !label.isEmpty())
                .forEach(labels::add)));
        return labels;
    }

    /** What is written in each. */
    private static List<String> modules() throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> modules = Files.walk(CONSOLE)) {
            for (Path module : modules.filter(file -> file.toString().endsWith(".js")).toList()) {
                texts.add(Files.readString(module));
            }
        }
        return texts;
    }
}
