package org.nodebridge.registry.replay;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EnvelopeReader;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.TopicKind;

/**
 * Reads records again by today's rules. A record counts as received when Kafka had it: set back to now, an event of a
 * clock that ran ahead would outrank all that its node has said since. Only an introduction's lease counts from now,
 * so that a node which lives has the time to say so. For one thread.
 */
final class Rereader {

    private final RegistrySettings settings;
    private final EnvelopeReader reader;
    private final Map<TopicPartition, Instant> lastCredible = new HashMap<>();

    Rereader(RegistrySettings settings) {
        this.settings = settings;
        this.reader = new EnvelopeReader(settings.strictEnvelopes(), settings.maxClockAhead());
    }

    /** Reads a record of an input topic. Of each partition they must come in order. */
    NodeEvent read(ConsumerRecord<byte[], byte[]> record, Instant now) {
        return read(record.topic(), record.value(), record.timestamp(), receipt(record, now), now);
    }

    /**
     * Reads a dead letter's record.
     *
     * @param topic the topic that it was first on
     * @param timestamp Kafka's time of the original record, in milliseconds
     * @param receivedAt when the registry first had it
     */
    NodeEvent read(String topic, byte[] value, long timestamp, Instant receivedAt, Instant now) {
        TopicKind kind = settings.kafka().heartbeatTopics().contains(topic)
                ? TopicKind.HEARTBEAT
                : TopicKind.INTROSPECTION;
        NodeEvent event = reader.read(kind, value, Instant.ofEpochMilli(Math.max(timestamp, 0)), receivedAt);
        return event instanceof Introduced introduced ? introduced.receivedAt(now) : event;
    }

    /** A producer's clock may be ahead, too: then the record came after the one before, and more nobody knows. */
    private Instant receipt(ConsumerRecord<byte[], byte[]> record, Instant now) {
        Instant said = Instant.ofEpochMilli(Math.max(record.timestamp(), 0));
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.timestamp() < 0 || said.isAfter(now)) {
            return lastCredible.getOrDefault(partition, now);
        }
        lastCredible.merge(partition, said, (a, b) -> a.isAfter(b) ? a : b);
        return said;
    }
}
