// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** How many bytes of heap JSON takes as a tree, roughly; in time that the JSON's own length bounds. */
public final class TreeSize {

    /** What a member or element takes beside its text: an object with its map and its entry. */
    static final long NODE = 80;

    private TreeSize() {}

    /** Of the largest tree within limits, beside its texts. */
    public static long most(int tokens) {
        return NODE * tokens;
    }

    /** Of a tree. */
    static long of(JsonNode node) {
        long bytes = NODE;
        if (node.isTextual()) {
            bytes += node.textValue().length();
        } else if (node.isBigInteger() || node.isBigDecimal()) {
            bytes += NODE;
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                bytes += field.getKey().length() + of(field.getValue());
            }
        } else if (node.isArray()) {
            for (JsonNode element : node) {
                bytes += of(element);
            }
        }
        return bytes;
    }

    /** Of what these bytes may become, at most, beside the bytes themselves; also where they are a part, or no JSON. */
    public static long of(byte[] json, int offset, int length) {
        long bytes = 0;
        for (int i = offset; i < offset + length; i++) {
            if (json[i] == ',' || json[i] == '{' || json[i] == '[') {
                bytes += NODE;
            }
        }
        return bytes;
    }
}
