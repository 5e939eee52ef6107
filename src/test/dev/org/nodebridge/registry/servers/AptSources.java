// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Package sources as apt knows them, read from its one-line ({@code .list}) and deb822 ({@code .sources}) files. */
final class AptSources {

    /** One archive as configured; {@code signedBy} is empty when the configuration names no key. */
    record Source(String uri, List<String> suites, List<String> components, String signedBy) {

        /** Whether this is Debian's plain archive: not its security archive, and nobody else's. */
        boolean isDebianArchive() {
            String path = uri.startsWith("mirror+file:") ? uri.replaceFirst("\\.list$", "") : path(uri);
            return path.replaceFirst("/+$", "").endsWith("/debian")
                    && components.contains("main")
                    && suites.stream().noneMatch(suite -> suite.contains("security"));
        }

        private static String path(String uri) {
            try {
                return Optional.ofNullable(URI.create(uri).getPath()).orElse("");
            } catch (IllegalArgumentException e) {
                return "";
            }
        }
    }

    private AptSources() {}

    /** The first source of Debian's plain archive below the directory of apt's configuration. */
    static Optional<Source> debianArchive(Path aptDirectory) throws IOException {
        List<Source> sources = new ArrayList<>();
        for (Path file : files(aptDirectory)) {
            String text = Files.readString(file);
            sources.addAll(file.toString().endsWith(".sources") ? deb822(text) : oneLine(text));
        }
        return sources.stream().filter(Source::isDebianArchive).findFirst();
    }

    /** Reads {@code deb [options] uri suite component...} lines; source packages and comments are left out. */
    static List<Source> oneLine(String text) {
        List<Source> sources = new ArrayList<>();
        for (String line : text.lines().map(AptSources::withoutComment).toList()) {
            if (!line.matches("deb\\s.*")) {
                continue;
            }
            String options = line.contains("[") ? line.replaceFirst("^[^\\[]*\\[([^\\]]*)\\].*$", "$1") : "";
            List<String> words = words(line.replaceFirst("\\[[^\\]]*\\]", " "));
            if (words.size() >= 3) {
                List<String> components = words.subList(3, words.size());
                sources.add(new Source(words.get(1), List.of(words.get(2)), components, key(options)));
            }
        }
        return sources;
    }

    /** Reads stanzas of {@code Types, URIs, Suites, Components, Signed-By}; disabled ones are left out. */
    static List<Source> deb822(String text) {
        List<Source> sources = new ArrayList<>();
        for (String stanza : text.lines()
                .filter(line -> !line.startsWith("#"))
                .reduce("", (all, line) -> all + line + "\n")
                .split("\n\\s*\n")) {
            Map<String, String> fields = fields(stanza);
            boolean enabled = !fields.getOrDefault("enabled", "yes").equalsIgnoreCase("no");
            if (!enabled || !words(fields.getOrDefault("types", "")).contains("deb")) {
                continue;
            }
            String signedBy = fields.getOrDefault("signed-by", "");
            for (String uri : words(fields.getOrDefault("uris", ""))) {
                sources.add(new Source(
                        uri,
                        words(fields.getOrDefault("suites", "")),
                        words(fields.getOrDefault("components", "")),
                        signedBy.startsWith("/") ? signedBy : ""));
            }
        }
        return sources;
    }

    private static Map<String, String> fields(String stanza) {
        Map<String, String> fields = new HashMap<>();
        String name = "";
        for (String line : stanza.lines().toList()) {
            int colon = line.indexOf(':');
            boolean continued = line.startsWith(" ") || line.startsWith("\t");
            if (!continued && colon > 0) {
                name = line.substring(0, colon).toLowerCase(Locale.ROOT);
                fields.put(name, line.substring(colon + 1).strip());
            } else if (continued) {
                fields.merge(name, line.strip(), (before, more) -> (before + " " + more).strip());
            }
        }
        return fields;
    }

    private static String key(String options) {
        return words(options).stream()
                .filter(option -> option.startsWith("signed-by=/"))
                .map(option -> option.substring("signed-by=".length()))
                .findFirst()
                .orElse("");
    }

    private static String withoutComment(String line) {
        return line.replaceFirst("#.*$", "").strip();
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }

    private static List<Path> files(Path aptDirectory) throws IOException {
        List<Path> files = new ArrayList<>();
        Path single = aptDirectory.resolve("sources.list");
        if (Files.isReadable(single)) {
            files.add(single);
        }
        Path parts = aptDirectory.resolve("sources.list.d");
        if (Files.isDirectory(parts)) {
            try (Stream<Path> entries = Files.list(parts)) {
                entries.filter(file -> file.toString().matches(".*\\.(list|sources)"))
                        .filter(Files::isReadable)
                        .sorted()
                        .forEach(files::add);
            }
        }
        return files;
    }
}
