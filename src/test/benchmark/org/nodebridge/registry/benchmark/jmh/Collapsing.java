// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.dialect.EnvelopeReader;
import org.nodebridge.registry.event.dialect.TopicKind;
import org.nodebridge.registry.store.RegistrationBatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Keeps the newest of each node in a batch of 500, where every node speaks once or ten times. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Collapsing {

    private static final int BATCH = 500;

    @Param({"500", "50"})
    private int nodes;

    private final List<NodeEvent> events = new ArrayList<>();

    @Setup
    public void fill() {
        EnvelopeReader reader = new EnvelopeReader(false, Duration.ofMinutes(5));
        Instant now = Instant.now();
        for (int number = 0; number < BATCH; number++) {
            String id = "node-" + number % nodes;
            String envelope = """
                    {"event_id": "%s", "event_type": "NODE_INTROSPECTION", "event_timestamp": "%s",
                     "source_node_id": "%s", "payload": {"node_id": "%s", "node_type": "effect",
                     "capabilities": {"stamp": {}}, "endpoints": {}, "metadata": {}}}
                    """.formatted(UUID.randomUUID(), now.plusMillis(number), id, id);
            events.add(reader.read(TopicKind.INTROSPECTION, envelope.getBytes(UTF_8), now, now));
        }
    }

    @Benchmark
    public RegistrationBatch batch() {
        return RegistrationBatch.collapse(events);
    }
}
