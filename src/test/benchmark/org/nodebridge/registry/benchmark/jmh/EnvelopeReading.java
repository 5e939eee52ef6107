// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark.jmh;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.dialect.EnvelopeReader;
import org.nodebridge.registry.event.dialect.TopicKind;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reads one record of each dialect, as recorded. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EnvelopeReading {

    @Param({
        "bridge_introspection_effect", "bridge_doc_introspection_orchestrator", "infra_introspection_effect",
        "bridge_heartbeat"
    })
    private String sample;

    private final EnvelopeReader reader = new EnvelopeReader(false, Duration.ofMinutes(5));
    private final Instant now = Instant.now();
    private TopicKind topic;
    private byte[] value;

    @Setup
    public void load() throws IOException {
        topic = sample.contains("heartbeat") ? TopicKind.HEARTBEAT : TopicKind.INTROSPECTION;
        try (InputStream in = EnvelopeReading.class.getResourceAsStream("/wire/" + sample + ".json")) {
            value = in.readAllBytes();
        }
        if (reader.read(topic, value, now, now) instanceof NodeEvent.Unreadable unreadable) {
            throw new IOException(sample + " cannot be read: " + unreadable.errors());
        }
    }

    @Benchmark
    public NodeEvent one() {
        return reader.read(topic, value, now, now);
    }
}
