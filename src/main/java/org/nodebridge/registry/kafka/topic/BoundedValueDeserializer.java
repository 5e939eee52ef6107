// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.nodebridge.registry.event.Sha256;

/**
 * Keeps no more of a record's value than a dead letter could hold. A compressed batch of some kilobytes may hold values
 * of many megabytes; no such value is readable, so the rest of it would only wait in memory for its dead letter. A
 * header says the size and the digest of the whole; one of that name that a sender wrote is never believed, as it is
 * not of our type. Kafka creates the deserializer and calls it on the polling thread, for records that have a value.
 */
public class BoundedValueDeserializer implements Deserializer<byte[]> {

    /** The client property that holds the most bytes of a value. */
    public static final String MAX_BYTES = "node-bridge.max-value-bytes";

    /** The name of the header of a value that was cut. No dead letter has it, whoever wrote it. */
    public static final String WHOLE = "node-bridge-whole-value";

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
            headers.add(new Whole(value.length, Sha256.hex(value)));
        }
        return kept;
    }

    /**
     * Size and digest of the whole value that a record had, as a header within this process. What comes from Kafka is
     * never of this type, so there is nothing to parse and nothing to forge.
     *
     * @param size in bytes
     * @param sha256 in hexadecimal; {@code null} for a record without a value
     */
    public record Whole(int size, String sha256) implements Header {

        @Override
        public String key() {
            return WHOLE;
        }

        /** Says the same for whatever copies headers. */
        @Override
        public byte[] value() {
            return (size + " " + sha256).getBytes(US_ASCII);
        }

        /** @param value what is there of it */
        public static Whole of(Iterable<Header> headers, byte[] value) {
            for (Header header : headers) {
                if (header instanceof Whole whole) {
                    return whole;
                }
            }
            return value == null ? new Whole(0, null) : new Whole(value.length, Sha256.hex(value));
        }
    }
}
