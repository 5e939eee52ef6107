// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Map;

/** How much JSON is as the text that PostgreSQL gives for {@code jsonb}, which writes numbers out. */
final class JsonSize {

    private static final int SEPARATORS = 2; // a comma or a colon, each with a space

    private JsonSize() {}

    /** Bytes of UTF-8, some more where a text has escapes. */
    static long of(JsonNode node) {
        if (node.isTextual()) {
            return text(node.textValue());
        }
        if (node.isNumber()) {
            return Math.min(writtenOut(node), Limits.DEFAULT.digits()); // a longer one is refused for itself
        }
        if (!node.isContainerNode()) {
            return "false".length();
        }
        long bytes = 2;
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                bytes += text(field.getKey()) + SEPARATORS + of(field.getValue()) + SEPARATORS;
            }
        } else {
            for (JsonNode element : node) {
                bytes += of(element) + SEPARATORS;
            }
        }
        return bytes;
    }

    static long text(String text) {
        long bytes = 2L + Utf8.length(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                bytes++;
            } else if (c < ' ') {
                bytes += "\\u0001".length() - 1;
            }
        }
        return bytes;
    }

    /** The characters of a number without an exponent, counted and never written. */
    static long writtenOut(JsonNode number) {
        if (number.isInt() || number.isLong()) {
            return Long.toString(number.longValue()).length();
        }
        BigDecimal value = number.decimalValue();
        long sign = value.signum() < 0 ? 1 : 0;
        return value.scale() <= 0
                ? sign + value.precision() - (long) value.scale()
                : sign + 1 + Math.max(value.precision(), value.scale() + 1L);
    }
}
