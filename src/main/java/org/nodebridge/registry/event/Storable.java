// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;

/**
 * What PostgreSQL can keep: text without U+0000 and without half a surrogate pair, numbers within {@code numeric}.
 *
 * <p>A value it cannot keep would fail in the middle of a batch, long after it could have been dead-lettered.
 */
public final class Storable {

    private Storable() {}

    /** Names every field below the node whose name or value cannot be kept. */
    public static void check(JsonNode node, Findings findings) {
        check(node, null, findings);
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

    /** Whether the time is of the years 1 to 9999 in UTC, which every part of the registry reads and writes alike. */
    public static boolean time(Instant time) {
        return WireTime.isKept(time);
    }

    private static void check(JsonNode node, FieldPath path, Findings findings) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                JsonNode value = field.getValue();
                boolean named = text(field.getKey());
                if (!named || value.isContainerNode() || problem(value, findings.limits()) != null) {
                    FieldPath below = FieldPath.name(path, field.getKey());
                    if (!named) {
                        findings.error(below, "has a name with U+0000 or an unpaired surrogate");
                    }
                    check(value, below, findings);
                }
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                check(node.get(i), FieldPath.index(path, i), findings);
            }
        } else {
            String problem = problem(node, findings.limits());
            if (problem != null) {
                findings.error(path, problem);
            }
        }
    }

    private static String problem(JsonNode value, Limits limits) {
        if (value.isTextual()) {
            return text(value.textValue()) ? null : "holds U+0000 or an unpaired surrogate";
        }
        if (!value.isNumber()) {
            return null;
        }
        if (value.isFloat() || value.isDouble()) {
            return Double.isFinite(value.doubleValue()) ? null : "is out of range";
        }
        return JsonSize.writtenOut(value) <= limits.digits()
                ? null
                : "is out of range: it has more than " + limits.digits() + " digits when it is written out";
    }
}
