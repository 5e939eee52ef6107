// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A fenced block.
 *
 * @param page the file, as it is named from the project's directory
 * @param line that of the fence
 * @param language what stands behind the fence; empty when nothing does
 * @param before the line before the fence; empty when there is none
 * @param lines what is between the fences
 */
public record Block(String page, int line, String language, String before, List<String> lines) {

    private static final Set<String> SHELLS = Set.of("bash", "console", "shell", "sh");
    private static final Set<String> PROGRAMS = Set.of("java", "javascript", "python");
    private static final Pattern RUN = Pattern.compile("<!-- run: (\\w+(?:, \\w+)*) -->");
    private static final Pattern NOT_RUN = Pattern.compile("<!-- not run: (\\S.*) -->");

    /** Whether a reader would type it, or take it over. */
    boolean isCommands() {
        return SHELLS.contains(language) || PROGRAMS.contains(language);
    }

    /** Whether it shows what the commands of the block before it print. */
    boolean isOutput() {
        return before.equals("<!-- output -->");
    }

    /**
     * Whether a program printed what this block shows. Each {@code …} stands for any text, and white space does not
     * count, so that a page can break a line of JSON.
     */
    public boolean isShownBy(String printed) {
        String expected = Stream.of(withoutSpace(String.join("", lines)).split("…", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        return withoutSpace(printed).matches(expected);
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s", "");
    }

    /** The test classes that its comment names. */
    public List<String> runBy() {
        Matcher comment = RUN.matcher(before);
        return comment.matches() ? Stream.of(comment.group(1).split(", ")).toList() : List.of();
    }

    /** Why no test runs it. */
    Optional<String> notRunBecause() {
        Matcher comment = NOT_RUN.matcher(before);
        return comment.matches() ? Optional.of(comment.group(1)) : Optional.empty();
    }

    /** What a reader would type: of a block that shows a console, what comes after the prompts, without the answers. */
    public String commands() {
        if (!language.equals("console")) {
            return String.join("\n", lines);
        }
        List<String> typed = new ArrayList<>();
        boolean goesOn = false;
        for (String line : lines) {
            boolean prompted = line.startsWith("$ ") || line.startsWith("> ");
            if (goesOn || prompted) {
                typed.add(prompted ? line.substring(2) : line);
                goesOn = line.endsWith("\\");
            }
        }
        return String.join("\n", typed);
    }

    /** Where it is, as a test's name. */
    @Override
    public String toString() {
        return page + ":" + line;
    }
}
