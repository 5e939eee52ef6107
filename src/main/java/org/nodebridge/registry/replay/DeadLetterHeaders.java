// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.nodebridge.registry.event.FieldError;

/**
 * What the headers of a dead letter say. The sender's own come first and may have any name, so of each the last one
 * counts; and of the broken fields those after the reason, with which the registry's begin.
 */
public final class DeadLetterHeaders {

    /** Why: unreadable, unidentified, refused or defect. The first header that the registry writes. */
    public static final String REASON = "registry-dlq-reason";
    /** One header for each broken field, {@code path: what is wrong}. */
    public static final String FIELD = "registry-dlq-field";
    public static final String TOPIC = "registry-dlq-topic";
    public static final String PARTITION = "registry-dlq-partition";
    public static final String OFFSET = "registry-dlq-offset";
    public static final String TIMESTAMP = "registry-dlq-timestamp";
    public static final String CORRELATION_ID = "registry-dlq-correlation-id";

    private final Headers headers;

    DeadLetterHeaders(Headers headers) {
        this.headers = headers;
    }

    /** {@code null} when there is no such header. */
    String text(String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** {@code null} when there is no such header, or no number in it. */
    Long number(String name) {
        String text = text(name);
        return text == null || !text.matches("-?\\d{1,18}") ? null : Long.valueOf(text);
    }

    List<FieldError> fields() {
        List<FieldError> fields = new ArrayList<>();
        for (Header header : headers) {
            if (header.key().equals(REASON)) {
                fields.clear();
            } else if (header.key().equals(FIELD) && header.value() != null) {
                fields.add(field(new String(header.value(), StandardCharsets.UTF_8)));
            }
        }
        return fields;
    }

    private static FieldError field(String text) {
        int colon = text.indexOf(": ");
        return colon < 0
                ? new FieldError("$", text)
                : new FieldError(text.substring(0, colon), text.substring(colon + 2));
    }
}
