// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Map;

/**
 * What PostgreSQL can keep: text without U+0000 and without half a surrogate pair, numbers within {@code numeric}.
 *
 * <p>A value it cannot keep would fail in the middle of a batch, long after it could have been dead-lettered.
 */
public final class Storable {

    /** Far within what {@code numeric} holds, and far beyond what a double does. */
    private static final int MOST_DIGITS = 1000;

    private Storable() {}

    /** Names every field below the node whose name or value cannot be kept. */
    static void check(JsonNode node, Findings findings) {
        // Nearly every record passes; paths are built only for one that does not.
        if (!storable(node)) {
            report(node, "", findings);
        }
    }

    /** Whether it can keep the text; it refuses a statement that so much as asks for another. */
    public static boolean text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static boolean storable(JsonNode node) {
        if (node.isTextual()) {
            return text(node.textValue());
        }
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (!text(field.getKey()) || !storable(field.getValue())) {
                    return false;
                }
            }
            return true;
        }
        for (JsonNode element : node) {
            if (!storable(element)) {
                return false;
            }
        }
        return !node.isNumber() || number(node);
    }

    private static boolean number(JsonNode node) {
        if (node.isBigDecimal()) {
            BigDecimal value = node.decimalValue();
            return Math.abs((long) value.scale()) <= MOST_DIGITS
                    && (long) value.precision() - value.scale() <= MOST_DIGITS;
        }
        return !(node.isFloat() || node.isDouble()) || Double.isFinite(node.doubleValue());
    }

    private static void report(JsonNode node, String path, Findings findings) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                String below = path.isEmpty() ? field.getKey() : path + '.' + field.getKey();
                if (!text(field.getKey())) {
                    findings.error(below, "has a name with U+0000 or an unpaired surrogate");
                }
                report(field.getValue(), below, findings);
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                report(node.get(i), path + '[' + i + ']', findings);
            }
        } else if (!storable(node)) {
            findings.error(path, node.isTextual() ? "holds U+0000 or an unpaired surrogate" : "is out of range");
        }
    }
}
