// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.docs;

/** Blocks of the docs that tests use as a reader would. */
public final class Snippets {

    private Snippets() {}

    /**
     * What the first block of a page says that has the text in it.
     *
     * @param page such as {@code docs/routing.md}
     * @param language of the block
     */
    public static String of(String page, String language, String text) {
        return Page.all().stream()
                .filter(each -> each.name().equals(page))
                .flatMap(each -> each.blocks().stream())
                .filter(block -> block.language().equals(language))
                .map(block -> String.join("\n", block.lines()) + "\n")
                .filter(lines -> lines.contains(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no block of " + language + " with " + text + " in " + page));
    }
}
