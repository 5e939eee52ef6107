// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.util.Locale;

/** Which characters a person can see, and which can make one text look like another. */
public final class Characters {

    private Characters() {}

    /** Whether the code point is neither control nor format nor anything else without a form of its own. */
    static boolean areShown(int codePoint) {
        return kind(codePoint) == null;
    }

    /**
     * What is wrong with the text as an id that people read, compare and type, or {@code null}.
     *
     * <p>Two ids that look the same are taken for one node, and a bidirectional override shows a text backwards.
     */
    public static String problem(String id) {
        for (int i = 0; i < id.length();) {
            int c = id.codePointAt(i);
            String kind = kind(c);
            if (kind != null) {
                return "holds " + kind + ", " + name(c);
            }
            i += Character.charCount(c);
        }
        int last = id.isEmpty() ? 0 : id.codePointBefore(id.length());
        if (!id.isEmpty() && (isSpace(id.codePointAt(0)) || isSpace(last))) {
            return "begins or ends with white space, " + name(isSpace(last) ? last : id.codePointAt(0));
        }
        return null;
    }

    private static String kind(int c) {
        if (c >= ' ' && c < 0x7F) {
            return null;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL -> "a control character";
            case Character.FORMAT -> "an invisible format character";
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> "a line break";
            case Character.SURROGATE -> "an unpaired surrogate";
            case Character.PRIVATE_USE -> "a private-use character";
            case Character.UNASSIGNED -> "an unassigned character";
            default -> isIgnorable(c) ? "an invisible character" : null;
        };
    }

    /**
     * Unicode's default ignorable code points that are letters or marks by their category, and what is blank by its
     * meaning: the filler of Khitan, the Braille pattern without dots, the null notehead and blanks among hieroglyphs.
     */
    private static boolean isIgnorable(int c) {
        return c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5
                || c >= 0x180B && c <= 0x180F || c == 0x3164 || c >= 0xFE00 && c <= 0xFE0F || c == 0xFFA0
                || c >= 0xE0100 && c <= 0xE01EF
                || c == 0x2800 || c == 0x16FE4 || c == 0x1D159 || c == 0x13441 || c == 0x13442;
    }

    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static String name(int c) {
        return String.format(Locale.ROOT, "U+%04X", c);
    }
}
