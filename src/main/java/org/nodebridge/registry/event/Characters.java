// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.util.Locale;
import java.util.OptionalLong;

/** Which characters a person can see, and which can make one text look like another. */
public final class Characters {

    private static final int MOST_DIGITS = 18;

    private Characters() {}

    /** Whether the code point is neither control nor format nor anything else without a form of its own. */
    static boolean areShown(int codePoint) {
        return kind(codePoint) == null;
    }

    /**
     * What is wrong with the text as an id, a label or another short text that people read, compare and type, or
     * {@code null}; also for one that {@link Storable} refuses, which is an error already.
     *
     * <p>Two ids that look the same are taken for one node, and a bidirectional override shows a text backwards.
     */
    public static String problem(String id) {
        if (!Storable.text(id)) {
            return null;
        }
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

    /**
     * A whole number from 0 to {@code most} in the digits 0 to 9; empty for any other text, one of more than 18 digits
     * among them. The JDK's own parsers take every digit of Unicode, and a plus before them.
     */
    public static OptionalLong wholeNumber(String text, long most) {
        if (text.isEmpty() || text.length() > MOST_DIGITS) {
            return OptionalLong.empty();
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return OptionalLong.empty();
            }
            number = number * 10 + digit;
        }
        return number <= most ? OptionalLong.of(number) : OptionalLong.empty();
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
