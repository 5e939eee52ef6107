// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.nodebridge.registry.event.Sha256;

/**
 * Keeps no more of a record's key and value than a dead letter could hold. A compressed batch of some kilobytes may
 * hold many megabytes; nothing so large is readable, so the rest would only wait in memory for its dead letter. A
 * header says the size and the digest of the whole; one of that name that a sender wrote is never believed, as it is
 * not of our type. Kafka creates one deserializer for keys and one for values, and calls them on the polling thread,
 * for records that have a key or a value. What {@link BoundedHeaders} does for headers, it does once the poll is there.
 */
public class BoundedValueDeserializer implements Deserializer<byte[]> {

    /** The client property that holds the most bytes of a key, of a value, and of all headers. */
    public static final String MAX_BYTES = "node-bridge.max-value-bytes";

    /** The name of the header of a value that was cut. No dead letter has it, regardless of its writer. */
    public static final String WHOLE = "node-bridge-whole-value";

    /** The same of a key. */
    public static final String WHOLE_KEY = "node-bridge-whole-key";

    /** The same of headers that are left out, as they are too large together. */
    public static final String WHOLE_HEADERS = "node-bridge-whole-headers";

    private int maxBytes = Integer.MAX_VALUE;
    private String whole = WHOLE;

    /** For clients that are not configured by properties. */
    public static BoundedValueDeserializer of(int maxBytes, boolean isKey) {
        BoundedValueDeserializer bounded = new BoundedValueDeserializer();
        bounded.configure(Map.of(MAX_BYTES, maxBytes), isKey);
        return bounded;
    }

    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
        if (properties.get(MAX_BYTES) instanceof Integer given) {
            maxBytes = given;
        }
        whole = isKey ? WHOLE_KEY : WHOLE;
    }

    @Override
    public byte[] deserialize(String topic, byte[] bytes) {
        return bytes == null || bytes.length <= maxBytes ? bytes : Arrays.copyOf(bytes, maxBytes);
    }

    @Override
    public byte[] deserialize(String topic, Headers headers, byte[] bytes) {
        byte[] kept = deserialize(topic, bytes);
        if (kept != bytes) {
            headers.add(new Whole(whole, bytes.length, Sha256.hex(bytes)));
        }
        return kept;
    }

    /**
     * Size and digest of a part that a record had, as a header within this process. What comes from Kafka is never of
     * this type, so there is nothing to parse and nothing to forge.
     *
     * @param key which part, by the header's name
     * @param size in bytes
     * @param sha256 in hexadecimal; {@code null} for a record without the part, and for headers
     */
    public record Whole(String key, int size, String sha256) implements Header {

        /** Says the same, for code that copies headers. */
        @Override
        public byte[] value() {
            return (size + " " + sha256).getBytes(US_ASCII);
        }

        /** @param value what is there of it */
        public static Whole of(Iterable<Header> headers, byte[] value) {
            return of(WHOLE, headers, value);
        }

        /** @param key what is there of it */
        public static Whole ofKey(Iterable<Header> headers, byte[] key) {
            return of(WHOLE_KEY, headers, key);
        }

        private static Whole of(String part, Iterable<Header> headers, byte[] bytes) {
            return of(part, headers)
                    .orElseGet(() -> bytes == null
                            ? new Whole(part, 0, null)
                            : new Whole(part, bytes.length, Sha256.hex(bytes)));
        }

        /** Of headers that were left out. */
        public static Optional<Whole> ofHeaders(Iterable<Header> headers) {
            return of(WHOLE_HEADERS, headers);
        }

        private static Optional<Whole> of(String part, Iterable<Header> headers) {
            for (Header header : headers) {
                if (header instanceof Whole whole && whole.key().equals(part)) {
                    return Optional.of(whole);
                }
            }
            return Optional.empty();
        }
    }
}
