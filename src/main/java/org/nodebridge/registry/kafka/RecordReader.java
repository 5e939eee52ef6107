// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.SourcePosition;
import org.nodebridge.registry.event.dialect.EnvelopeReader;
import org.nodebridge.registry.event.dialect.TopicKind;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.registration.Defects;
import org.nodebridge.registry.registration.EnvelopeReaders;
import org.nodebridge.registry.store.jdbc.StoreClock;

/**
 * Makes an event of every record, and reads the claim that goes with it. A record at which the registry itself fails
 * becomes a defect, so that no record fails its batch. Safe from any thread.
 */
@ApplicationScoped
class RecordReader {

    private final RegistrySettings settings;
    private final Admission admission;
    private final EventCounts counts;
    private final ConsumerProgress progress;
    private final EnvelopeReader reader;
    private final List<String> heartbeatTopics;
    private final StoreClock clock;

    @Inject
    RecordReader(
            RegistrySettings settings, Admission admission, EventCounts counts, ConsumerProgress progress,
            StoreClock clock) {
        this.clock = clock;
        this.settings = settings;
        this.admission = admission;
        this.counts = counts;
        this.progress = progress;
        this.reader = settings == null ? null : EnvelopeReaders.of(settings);
        this.heartbeatTopics = settings == null ? List.of() : settings.kafka().heartbeatTopics();
    }

    RecordReader() {
        this(null, null, null, null, null); // for the client proxy
    }

    /**
     * Reads records; they stay in their order.
     *
     * @throws Error where the JVM cannot go on, such as an {@link OutOfMemoryError}
     */
    List<ReadRecord> read(List<ConsumerRecord<byte[], byte[]>> records) {
        Instant now = clock.now();
        return records.stream().map(record -> readOrDefect(record, now)).toList();
    }

    private ReadRecord readOrDefect(ConsumerRecord<byte[], byte[]> record, Instant now) {
        ReadRecord read;
        try {
            read = claimed(record, now);
            counts.read(read.event());
        } catch (RuntimeException | Error e) {
            if (!Defects.isDefect(e)) {
                throw e;
            }
            read = new ReadRecord(record, null).defect(e);
        }
        if (read.event() instanceof Defect) {
            read.logDefect();
            progress.defect(read.place());
        }
        return read;
    }

    private ReadRecord claimed(ConsumerRecord<byte[], byte[]> record, Instant now) {
        NodeEvent event = read(record, now);
        if (event instanceof OfNode ofNode) {
            event = ofNode.by("kafka:" + record.topic());
        }
        return settings.identity().isOn() ? admission.claimed(record, event, now) : new ReadRecord(record, event);
    }

    private NodeEvent read(ConsumerRecord<byte[], byte[]> record, Instant now) {
        TopicKind kind = heartbeatTopics.contains(record.topic()) ? TopicKind.HEARTBEAT : TopicKind.INTROSPECTION;
        return NodeEvent.at(
                SourcePosition.of(record.topic(), record.partition(), record.offset()),
                reader.read(kind, record.value(), Instant.ofEpochMilli(Math.max(record.timestamp(), 0)), now));
    }
}
