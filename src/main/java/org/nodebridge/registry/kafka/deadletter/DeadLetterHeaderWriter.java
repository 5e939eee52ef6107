// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.nodebridge.registry.event.FieldError;

/** The registry's own headers of a letter, in order, each and all of them bounded. */
final class DeadLetterHeaderWriter {

    private static final int MOST_FIELDS = 100;
    private static final int MAX_TEXT_BYTES = 1000;
    private static final int MAX_FIELDS_BYTES = 16 * 1024;

    private final List<Header> headers = new ArrayList<>();

    /** Nothing for {@code null}. */
    DeadLetterHeaderWriter with(String name, Object value) {
        if (value != null) {
            headers.add(new RecordHeader(name, bytes(value.toString())));
        }
        return this;
    }

    /** A header for each error, as far as there is room for them. */
    DeadLetterHeaderWriter withFields(String name, List<FieldError> errors) {
        int room = MAX_FIELDS_BYTES;
        for (FieldError error : errors.subList(0, Math.min(errors.size(), MOST_FIELDS))) {
            byte[] value = bytes(error.toString());
            room -= value.length;
            if (room < 0) {
                break;
            }
            headers.add(new RecordHeader(name, value));
        }
        return this;
    }

    List<Header> all() {
        return List.copyOf(headers);
    }

    /** UTF-8, cut between two characters. */
    private static byte[] bytes(String text) {
        String some = text.length() <= MAX_TEXT_BYTES ? text : text.substring(0, MAX_TEXT_BYTES);
        byte[] bytes = some.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_TEXT_BYTES) {
            return bytes;
        }
        int end = MAX_TEXT_BYTES;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return java.util.Arrays.copyOf(bytes, end);
    }
}
