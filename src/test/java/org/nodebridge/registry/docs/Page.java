// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nodebridge.registry.servers.ProjectDirectory;

/** A Markdown file of the project: its blocks, headings and links. */
public final class Page {

    private static final Path PROJECT = ProjectDirectory.target().getParent();
    private static final Pattern FENCE = Pattern.compile("( {0,8})(`{3,})([\\w-]*)\\s*");
    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*?)(?: +#+)?");
    private static final Pattern LINK = Pattern.compile("\\]\\(<?([^()\\s>]+)>?(?: \"[^\"]*\")?\\)");
    private static final Pattern LINK_IN_HEADING = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");

    private final Path file;
    private final List<Block> blocks = new ArrayList<>();
    private final List<String> prose = new ArrayList<>();

    private Page(Path file, List<String> lines) {
        this.file = file;
        read(lines);
    }

    /** Every Markdown file at the top of the project and below {@code docs}, in the order of their names. */
    public static List<Page> all() {
        try (Stream<Path> top = Files.list(PROJECT);
                Stream<Path> docs = Files.walk(PROJECT.resolve("docs"))) {
            return Stream.concat(top.sorted(), docs.sorted())
                    .filter(file -> file.toString().endsWith(".md"))
                    .map(Page::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Page of(Path file) {
        try {
            return new Page(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Page of(Path file, String text) {
        return new Page(file, text.lines().toList());
    }

    /** As it is named from the project's directory. */
    public String name() {
        return PROJECT.relativize(file).toString();
    }

    public List<Block> blocks() {
        return blocks;
    }

    /** What a block of commands prints, says the page: the next block, if it has {@code <!-- output -->} before it. */
    public Optional<Block> outputOf(Block commands) {
        int next = blocks.indexOf(commands) + 1;
        return next == blocks.size() || !blocks.get(next).isOutput() ? Optional.empty() : Optional.of(blocks.get(next));
    }

    /** What is in no block. */
    String prose() {
        return String.join("\n", prose);
    }

    /** What a link may name behind {@code #}, made of the headings as GitHub does it. */
    Set<String> anchors() {
        Set<String> anchors = new LinkedHashSet<>();
        Map<String, Integer> times = new HashMap<>();
        for (String line : prose) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String anchor = LINK_IN_HEADING.matcher(heading.group(1)).replaceAll("$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-');
                int before = times.merge(anchor, 1, Integer::sum) - 1;
                anchors.add(before == 0 ? anchor : anchor + "-" + before);
            }
        }
        return anchors;
    }

    /** Links within the project that lead nowhere. */
    List<String> brokenLinks() {
        return LINK.matcher(prose()).results()
                .map(link -> link.group(1))
                .filter(link -> !link.matches("[a-z]+:.*"))
                .filter(this::isBroken)
                .toList();
    }

    /** The files that it links to. */
    Stream<Path> linked() {
        return LINK.matcher(prose()).results()
                .map(link -> link.group(1).replaceAll("#.*", ""))
                .filter(link -> !link.isEmpty() && !link.matches("[a-z]+:.*"))
                .map(link -> file.resolveSibling(link).normalize());
    }

    private boolean isBroken(String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
        boolean there = target.equals(file) || target.startsWith(PROJECT) && Files.exists(target);
        return !there || parts.length == 2 && !(target.equals(file) ? this : of(target)).anchors().contains(parts[1]);
    }

    private void read(List<String> lines) {
        Matcher open = null;
        int start = 0;
        for (int number = 0; number < lines.size(); number++) {
            String line = lines.get(number);
            Matcher fence = FENCE.matcher(line);
            if (open == null && fence.matches()) {
                open = fence;
                start = number;
            } else if (open == null) {
                prose.add(line);
            } else if (line.strip().equals(open.group(2))) {
                String before = start == 0 ? "" : lines.get(start - 1).strip();
                int indent = open.group(1).length();
                List<String> inside = lines.subList(start + 1, number).stream()
                        .map(text -> text.substring(Math.min(indent, text.length())))
                        .toList();
                blocks.add(new Block(name(), start + 1, open.group(3), before, inside));
                open = null;
            }
        }
        if (open != null) {
            throw new IllegalStateException(name() + ":" + (start + 1) + ": the block does not end");
        }
    }
}
