// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

/** Where a record lies in Kafka, as a text whose order, byte by byte, is that of topic, partition and offset. */
public final class SourcePosition {

    /** Of an event that came from no topic; lower than all others. */
    public static final String NONE = "";

    private static final int PARTITION_DIGITS = 10;
    private static final int OFFSET_DIGITS = 19;

    private SourcePosition() {}

    /** @param topic of a dead letter that is read again, the topic that it was first on; the same for the others */
    public static String of(String topic, int partition, long offset) {
        if (partition < 0 || offset < 0) {
            return NONE;
        }
        // made for each record that is read: no formatter
        StringBuilder position = new StringBuilder(topic.length() + PARTITION_DIGITS + OFFSET_DIGITS + 2);
        padded(position.append(topic).append('/'), partition, PARTITION_DIGITS);
        padded(position.append('/'), offset, OFFSET_DIGITS);
        return position.toString();
    }

    private static void padded(StringBuilder text, long number, int digits) {
        String written = Long.toString(number);
        text.append("0".repeat(digits - written.length())).append(written);
    }
}
