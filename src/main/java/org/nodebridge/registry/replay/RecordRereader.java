// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.SourcePosition;
import org.nodebridge.registry.event.dialect.EnvelopeReader;
import org.nodebridge.registry.event.dialect.TopicKind;
import org.nodebridge.registry.identity.ClaimedEvent;
import org.nodebridge.registry.identity.Identities;
import org.nodebridge.registry.registration.EnvelopeReaders;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/**
 * Reads records again by today's rules. A record counts as received when Kafka had it: set back to now, an event of a
 * clock that ran ahead would outrank all that its node has said since. Only an introspection event's lease counts from
 * now, so that a node which lives has the time to say so. For one thread.
 */
public final class RecordRereader {

    private final RegistrySettings settings;
    private final Identities identities;
    private final StoreClock clock;
    private final boolean dryRun;
    private final EnvelopeReader reader;
    private final Map<TopicPartition, Instant> lastCredible = new HashMap<>();

    /** @param dryRun whether what is read is only looked at, so that no node gets an owner by it */
    public RecordRereader(RegistrySettings settings, Identities identities, StoreClock clock, boolean dryRun) {
        this.clock = clock;
        this.settings = settings;
        this.identities = identities;
        this.dryRun = dryRun;
        this.reader = EnvelopeReaders.of(settings);
    }

    /** The time as of which records are read: PostgreSQL's, as that of leases is. */
    public Instant now() {
        return clock.now();
    }

    /**
     * Reads records of input topics. Of each partition they must come in order.
     *
     * @return an event for each; {@code Unidentified} where its sender may not speak for the node
     * @throws StoreUnavailableException when PostgreSQL cannot say whose a node is; the same records may be given again
     */
    public List<NodeEvent> read(List<ConsumerRecord<byte[], byte[]>> records, Instant now) {
        return judge(records.stream()
                .map(record -> identities.claimed(read(record, now), record, now))
                .toList());
    }

    /** Whether the senders of these events may speak for their nodes; an event for each, as {@link #read} gives it. */
    public List<NodeEvent> judge(List<ClaimedEvent> events) {
        return dryRun ? identities.foretell(events) : identities.judge(events);
    }

    /** The event with what its sender claims to be, by the record's headers. */
    public ClaimedEvent claimed(NodeEvent event, Headers headers, byte[] value, long timestamp, Instant now) {
        return identities.claimed(event, headers, value, timestamp, now);
    }

    /** What a record of an input topic says, regardless of its sender. Of each partition they must come in order. */
    public NodeEvent read(ConsumerRecord<byte[], byte[]> record, Instant now) {
        return NodeEvent.at(
                SourcePosition.of(record.topic(), record.partition(), record.offset()),
                read(record.topic(), record.value(), record.timestamp(), receipt(record, now), now));
    }

    /**
     * What a dead letter's record says, regardless of its sender.
     *
     * @param topic the topic that it was first on
     * @param timestamp Kafka's time of the original record, in milliseconds
     * @param receivedAt when the registry first had it
     */
    public NodeEvent read(String topic, byte[] value, long timestamp, Instant receivedAt, Instant now) {
        TopicKind kind = settings.kafka().heartbeatTopics().contains(topic)
                ? TopicKind.HEARTBEAT
                : TopicKind.INTROSPECTION;
        NodeEvent event = reader.read(kind, value, Instant.ofEpochMilli(Math.max(timestamp, 0)), receivedAt);
        if (event instanceof OfNode ofNode) {
            event = ofNode.by("replay:" + topic);
        }
        return event instanceof Introduced introduced ? introduced.receivedAt(now) : event;
    }

    /** A producer's clock may be ahead, too: then the record came after the one before, and no more is known. */
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
