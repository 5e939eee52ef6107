// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.nodebridge.registry.servers.ProjectDirectory;

/**
 * The pages of the console, as its {@code main.js} lists them. A page is a section and a form: list, one (of
 * something), or elsewhere (of something in another region).
 */
final class ConsolePages {

    private static final Pattern SECTION = Pattern.compile("(?m)^ {2}\"?([a-z-]+)\"?: \\{ label: \"[^\"]+\", (.+) },$");
    private static final Pattern FORM = Pattern.compile("(\\w+): \\w+");
    private static final Map<String, List<String>> FORMS = forms();

    private ConsolePages() {}

    /** Each as {@code nodes one}. */
    static Set<String> all() {
        Set<String> pages = new TreeSet<>();
        FORMS.forEach((section, forms) -> forms.forEach(form -> pages.add(section + " " + form)));
        return pages;
    }

    /** The page that an address within the console, such as {@code #/nodes/a?region=b}, leads to. */
    static String at(String address) {
        String[] parts = address.replaceFirst("^#?/", "").split("\\?", 2);
        String[] path = parts[0].split("/", 2);
        List<String> forms = FORMS.getOrDefault(path[0], List.of());
        if (path.length < 2 || path[1].isEmpty() || !forms.contains("one")) {
            return path[0] + " list";
        }
        boolean elsewhere = parts.length == 2 && parts[1].matches("(.*&)?region=.*") && forms.contains("elsewhere");
        return path[0] + (elsewhere ? " elsewhere" : " one");
    }

    private static Map<String, List<String>> forms() {
        try {
            Map<String, List<String>> forms = new LinkedHashMap<>();
            SECTION.matcher(Files.readString(
                    ProjectDirectory.target().resolveSibling("src/main/webapp/console/main.js"))).results()
                    .forEach(section -> forms.put(section.group(1), FORM.matcher(section.group(2)).results()
                            .map(form -> form.group(1))
                            .toList()));
            return forms;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
