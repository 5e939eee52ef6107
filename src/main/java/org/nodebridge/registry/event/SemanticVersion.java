// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.fasterxml.jackson.databind.JsonNode;

/** Semantic versions as text and as the object that the infra dialect writes. */
final class SemanticVersion {

    /** No version is longer; such a text is refused for its length, and not looked into. */
    private static final int LONGEST = 1000;

    private SemanticVersion() {}

    /** Whether the text is {@code major.minor.patch}, with or without pre-release and build. */
    static boolean is(String text) {
        int plus = text.indexOf('+');
        String core = plus < 0 ? text : text.substring(0, plus);
        int dash = core.indexOf('-');
        String numbers = dash < 0 ? core : core.substring(0, dash);
        return (plus < 0 || identifiers(text.substring(plus + 1), false))
                && (dash < 0 || identifiers(core.substring(dash + 1), true))
                && threeNumbers(numbers);
    }

    /** The text of {@code {major, minor, patch, prerelease, build}}, or {@code null} when it is no such object. */
    static String of(JsonNode object) {
        StringBuilder text = new StringBuilder();
        for (String part : new String[] {"major", "minor", "patch"}) {
            JsonNode number = object.path(part);
            if (!number.isIntegralNumber() || !number.canConvertToLong()) {
                return null;
            }
            text.append(text.isEmpty() ? "" : ".").append(number.longValue());
        }
        text.append(suffix('-', object.path("prerelease"))).append(suffix('+', object.path("build")));
        String version = text.toString();
        return version.length() > LONGEST || is(version) ? version : null;
    }

    private static String suffix(char separator, JsonNode identifiers) {
        if (identifiers.isArray() && !identifiers.isEmpty()) {
            StringBuilder joined = new StringBuilder();
            identifiers.forEach(part -> joined.append(joined.isEmpty() ? separator : '.').append(part.asText()));
            return joined.toString();
        }
        return identifiers.isTextual() ? separator + identifiers.textValue() : "";
    }

    private static boolean threeNumbers(String text) {
        int numbers = 0;
        for (String part : text.split("\\.", -1)) {
            if (!digits(part) || part.length() > 1 && part.charAt(0) == '0') {
                return false;
            }
            numbers++;
        }
        return numbers == 3;
    }

    private static boolean identifiers(String text, boolean withoutLeadingZero) {
        for (String part : text.split("\\.", -1)) {
            if (part.isEmpty()
                    || !part.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '-'))
                    || withoutLeadingZero && digits(part) && part.length() > 1 && part.charAt(0) == '0') {
                return false;
            }
        }
        return true;
    }

    private static boolean digits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
