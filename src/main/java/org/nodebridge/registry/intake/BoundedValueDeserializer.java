// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Keeps no more of a record's value than a dead letter could hold. A compressed batch of some kilobytes may hold values
 * of many megabytes; no such value is readable, so the rest of it would only wait in memory for its dead letter. A
 * header says the size and the digest of the whole. Kafka creates it and calls it on the polling thread.
 */
public class BoundedValueDeserializer implements Deserializer<byte[]> {

    /** The client property that holds the most bytes of a value. */
    static final String MAX_BYTES = "node-bridge.max-value-bytes";

    /** The header of a value that was cut: its size in bytes, a space, its SHA-256. Never a sender's own. */
    static final String WHOLE = "node-bridge-whole-value";

    private int maxBytes = Integer.MAX_VALUE;

    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
        if (properties.get(MAX_BYTES) instanceof Integer given) {
            maxBytes = given;
        }
    }

    @Override
    public byte[] deserialize(String topic, byte[] value) {
        return value == null || value.length <= maxBytes ? value : Arrays.copyOf(value, maxBytes);
    }

    @Override
    public byte[] deserialize(String topic, Headers headers, byte[] value) {
        headers.remove(WHOLE);
        byte[] kept = deserialize(topic, value);
        if (kept != value) {
            headers.add(WHOLE, (value.length + " " + FittedLetter.sha256(value)).getBytes(US_ASCII));
        }
        return kept;
    }

    /** Size and digest of the whole value that a record had. */
    record Whole(String size, String sha256) {

        /** @param value what is there of it */
        static Whole of(Iterable<Header> headers, byte[] value) {
            for (Header header : headers) {
                if (header.key().equals(WHOLE)) {
                    String[] parts = new String(header.value(), US_ASCII).split(" ", 2);
                    return new Whole(parts[0], parts[1]);
                }
            }
            return new Whole(
                    Integer.toString(value == null ? 0 : value.length),
                    value == null ? null : FittedLetter.sha256(value));
        }
    }
}
