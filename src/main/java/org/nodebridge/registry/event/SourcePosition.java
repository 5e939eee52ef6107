// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.util.Locale;

/** Where a record lies in Kafka, as a text whose order, byte by byte, is that of topic, partition and offset. */
public final class SourcePosition {

    /** Of an event that came from no topic; lower than all others. */
    public static final String NONE = "";

    private SourcePosition() {}

    /** @param topic of a dead letter that is read again, the topic that it was first on; the same for the others */
    public static String of(String topic, int partition, long offset) {
        return partition < 0 || offset < 0
                ? NONE
                : String.format(Locale.ROOT, "%s/%010d/%019d", topic, partition, offset);
    }
}
