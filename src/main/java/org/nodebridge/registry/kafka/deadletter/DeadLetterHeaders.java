// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.nodebridge.registry.event.FieldError;

/**
 * What the headers of a dead letter say. The sender's own come first; those of our names are left out of a letter, but
 * were not by earlier versions. So of each the last one counts, and only those after the reason, with which the
 * registry's begin.
 */
public final class DeadLetterHeaders {

    private static final String PREFIX = "registry-dlq-";

    /** What {@link KafkaQuarantine} adds to a letter. */
    private static final String QUARANTINE_PREFIX = "registry-quarantine-";

    /** Why: unreadable, unidentified, refused or defect. The first header that the registry writes. */
    public static final String REASON = "registry-dlq-reason";
    /** One header for each broken field, {@code path: what is wrong}. */
    public static final String FIELD = "registry-dlq-field";
    public static final String TOPIC = "registry-dlq-topic";
    public static final String PARTITION = "registry-dlq-partition";
    public static final String OFFSET = "registry-dlq-offset";
    public static final String TIMESTAMP = "registry-dlq-timestamp";
    public static final String CORRELATION_ID = "registry-dlq-correlation-id";

    /** What of the record the letter lacks: some of {@code value}, {@code key} and {@code headers}, with commas. */
    public static final String TRUNCATED = "registry-dlq-truncated";

    /** Bytes of the record's value; in truncated letters only, as are those below. */
    public static final String VALUE_SIZE = "registry-dlq-value-size";

    /** SHA-256 of the record's value in hexadecimal. */
    public static final String VALUE_SHA256 = "registry-dlq-value-sha256";

    /** Bytes of the record's key, where that is cut. */
    public static final String KEY_SIZE = "registry-dlq-key-size";

    /** SHA-256 of the record's key, where that is cut. */
    public static final String KEY_SHA256 = "registry-dlq-key-sha256";

    /** Bytes of the record's own headers, where they are left out. */
    public static final String HEADERS_SIZE = "registry-dlq-headers-size";

    private static final int MAX_TEXT = 1000;
    private static final int MAX_FIELDS_TEXT = 16 * 1024;
    private static final int MOST_FIELDS = 100;

    private final List<Header> headers = new ArrayList<>();

    public DeadLetterHeaders(Headers headers) {
        for (Header header : headers) {
            if (header.key().equals(REASON)) {
                this.headers.clear(); // what came before is the sender's, under any name
            }
            if (header.key().startsWith(PREFIX)) {
                this.headers.add(header);
            }
        }
    }

    /** The headers that a sender may give a record: none of our names, by which readers of letters go. */
    static List<Header> ofSender(Iterable<Header> headers) {
        return without(headers, PREFIX, QUARANTINE_PREFIX);
    }

    /** The headers of a letter that goes into quarantine: the registry's of a letter, none of a quarantine. */
    static List<Header> ofLetter(Iterable<Header> headers) {
        return without(headers, QUARANTINE_PREFIX);
    }

    /** In one pass: there may be a million. */
    private static List<Header> without(Iterable<Header> headers, String... prefixes) {
        List<Header> others = new ArrayList<>();
        for (Header header : headers) {
            String name = header.key();
            if (Stream.of(prefixes).noneMatch(prefix -> name.regionMatches(true, 0, prefix, 0, prefix.length()))) {
                others.add(header);
            }
        }
        return others;
    }

    /** {@code null} when there is no such header. */
    public String text(String name) {
        String text = null;
        for (Header header : headers) {
            if (header.key().equals(name)) {
                text = text(header);
            }
        }
        return text;
    }

    /** {@code null} when there is no such header, or no number in it. */
    public Long number(String name) {
        String text = text(name);
        return text == null || !text.matches("-?\\d{1,18}") ? null : Long.valueOf(text);
    }

    public List<FieldError> fields() {
        List<FieldError> fields = new ArrayList<>();
        int room = MAX_FIELDS_TEXT;
        for (Header header : headers) {
            String text = header.key().equals(FIELD) ? text(header) : null;
            if (text != null && fields.size() < MOST_FIELDS && room >= text.length()) {
                fields.add(field(text));
                room -= text.length();
            }
        }
        return fields;
    }

    private static String text(Header header) {
        byte[] value = header.value();
        return value == null ? null : new String(value, 0, Math.min(value.length, MAX_TEXT), StandardCharsets.UTF_8);
    }

    private static FieldError field(String text) {
        int colon = text.indexOf(": ");
        return colon < 0
                ? new FieldError("$", text)
                : new FieldError(text.substring(0, colon), text.substring(colon + 2));
    }
}
