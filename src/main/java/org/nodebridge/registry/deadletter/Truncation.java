// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import org.nodebridge.registry.kafka.deadletter.DeadLetterHeaders;

/**
 * What a dead letter lacks of its record, which was too large for its topic.
 *
 * @param parts what was cut: some of {@code value}, {@code key} and {@code headers}, with commas between
 * @param valueSize bytes of the record's value; {@code null} when the letter does not say
 * @param valueSha256 of the record's whole value, in hexadecimal; {@code null} when the letter does not say
 */
public record Truncation(String parts, Long valueSize, String valueSha256) {

    /** {@code null} for a whole letter. */
    public static Truncation of(DeadLetterHeaders headers) {
        String parts = headers.text(DeadLetterHeaders.TRUNCATED);
        if (parts == null) {
            return null;
        }
        Long size = headers.number(DeadLetterHeaders.VALUE_SIZE);
        return new Truncation(
                parts, size == null || size < 0 ? null : size, headers.text(DeadLetterHeaders.VALUE_SHA256));
    }

    /** Whether the letter can be replayed all the same: the key says nothing. */
    public boolean replayable() {
        return parts.equals("key");
    }

    /** Why such a letter cannot be replayed. */
    public String explained() {
        return "the dead letter is truncated (" + parts + "): it was too large for its topic, and what is left of it"
                + " cannot be applied";
    }
}
