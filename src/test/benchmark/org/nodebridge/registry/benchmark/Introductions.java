// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.dialect.EnvelopeReader;
import org.nodebridge.registry.event.dialect.TopicKind;

/** The benchmark's nodes as the registry reads them, for what is measured beside it. */
final class Introductions {

    private static final EnvelopeReader READER = new EnvelopeReader(false, Duration.ofMinutes(5));
    private static final NodeText TEXT = new NodeText("effect");

    private Introductions() {}

    static List<Introduced> of(int nodes) {
        Instant now = Instant.now();
        return IntStream.range(0, nodes)
                .mapToObj(number -> read(TEXT.introduction(nodeId(number), 0, now)))
                .toList();
    }

    static Introduced read(byte[] record) {
        Instant now = Instant.now();
        return (Introduced) READER.read(TopicKind.INTROSPECTION, record, now, now);
    }

    /** The same nodes, of now: both stores have to write them again. */
    static List<Introduced> again(List<Introduced> introductions) {
        Instant now = Instant.now();
        return introductions.stream()
                .map(introduced -> new Introduced(
                        introduced.node(),
                        new EventVersion(introduced.version().epoch(), now, UUID.randomUUID()),
                        now, introduced.correlationId(), introduced.leniencies()))
                .toList();
    }

    static String nodeId(long number) {
        return "node-" + number;
    }
}
