// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.fasterxml.jackson.core.JsonStreamContext;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where a value is, as a chain that is made into text only for an error: a text at each step would cost the square of
 * a record with long names.
 *
 * @param above {@code null} at the top
 * @param name {@code null} for an element of an array
 */
record FieldPath(FieldPath above, String name, int index) {

    static FieldPath name(FieldPath above, String name) {
        return new FieldPath(above, name, 0);
    }

    static FieldPath index(FieldPath above, int index) {
        return new FieldPath(above, null, index);
    }

    static Iterable<JsonStreamContext> fromRoot(JsonStreamContext context) {
        Deque<JsonStreamContext> chain = new ArrayDeque<>();
        for (JsonStreamContext at = context; at != null; at = at.getParent()) {
            chain.push(at);
        }
        return chain;
    }

    /** Such as {@code payload.capabilities.max_file_size[0].deep}; not much longer than an error may show. */
    @Override
    public String toString() {
        Deque<FieldPath> chain = new ArrayDeque<>();
        for (FieldPath at = this; at != null; at = at.above) {
            chain.push(at);
        }
        StringBuilder text = new StringBuilder();
        for (FieldPath at : chain) {
            if (text.length() > Findings.LONGEST_PATH) {
                break;
            }
            if (at.name == null) {
                text.append('[').append(at.index).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".");
                text.append(at.name, 0, Math.min(at.name.length(), Findings.LONGEST_PATH + 1));
            }
        }
        return text.toString();
    }
}
