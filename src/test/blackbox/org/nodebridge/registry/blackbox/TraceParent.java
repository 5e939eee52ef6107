// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The W3C header by which a message says which trace and which span it belongs to. */
record TraceParent(String traceId, String spanId, boolean sampled) {

    static final String HEADER = "traceparent";

    static TraceParent unique(boolean sampled) {
        return new TraceParent(random(16), random(8), sampled);
    }

    /** Of each such header on a record. */
    static List<TraceParent> on(ConsumerRecord<?, ?> record) {
        return StreamSupport.stream(record.headers().headers(HEADER).spliterator(), false)
                .map(header -> new String(header.value(), UTF_8).split("-"))
                .map(parts -> new TraceParent(parts[1], parts[2], parts[3].equals("01")))
                .toList();
    }

    @Override
    public String toString() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }

    private static String random(int length) {
        byte[] bytes = new byte[length];
        ThreadLocalRandom.current().nextBytes(bytes);
        bytes[0] |= 1; // nothing but zeros is no id
        return HexFormat.of().formatHex(bytes);
    }
}
