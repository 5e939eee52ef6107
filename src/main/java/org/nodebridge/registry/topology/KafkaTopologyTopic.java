// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.topology;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.kafka.topic.CloudEvent;
import org.nodebridge.registry.kafka.topic.CloudEvent.Type;
import org.nodebridge.registry.kafka.topic.Topics;
import org.nodebridge.registry.kafka.topic.TransactionalTopic;

/** The topology topic in Kafka; a message carries in its headers up to which revision it goes. */
@ApplicationScoped
class KafkaTopologyTopic implements TopologyTopic {

    /** The history that a message's revisions belong to. */
    static final String HISTORY = "registry-history";
    /** The last revision that a message tells. */
    static final String REVISION = "registry-revision";

    private final Topics topics;
    private final String name;
    private final String registryId;
    private final TransactionalTopic topic;

    @Inject
    KafkaTopologyTopic(KafkaSettings settings, RegistrySettings registry, Topics topics) {
        this.topics = topics;
        this.name = settings.topologyTopic();
        this.registryId = registry.registryId();
        this.topic = new TransactionalTopic(
                settings, name, "node-bridge-registry-topology", name + "-" + registry.registryId());
    }

    KafkaTopologyTopic() { // for the client proxy
        this.topics = null;
        this.name = null;
        this.registryId = null;
        this.topic = null;
    }

    @Override
    public OptionalLong take(UUID historyId) {
        try {
            topics.ensureTopology();
            topic.take();
            Optional<Long> last = topic.last(record -> {
                OptionalLong found = revision(record, historyId.toString());
                return found.isPresent() ? Optional.of(found.getAsLong()) : Optional.empty();
            });
            return last.isPresent() ? OptionalLong.of(last.get()) : OptionalLong.empty();
        } catch (KafkaException e) {
            leave();
            throw new TopologyUnavailableException("Kafka does not give the topic " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void publish(UUID historyId, List<TopologyDiff> messages) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (TopologyDiff message : messages) {
            var record = new ProducerRecord<>(name, 0, utf8(registryId), message.json());
            CloudEvent.of(Type.TOPOLOGY_DIFF, message.eventId(), message.writtenAt()).on(record, registryId);
            record.headers().add(HISTORY, utf8(historyId.toString()));
            record.headers().add(REVISION, utf8(Long.toString(message.revision())));
            records.add(record);
        }
        try {
            topic.publish(records);
        } catch (KafkaException | IllegalStateException e) {
            throw new TopologyUnavailableException("Kafka has not confirmed the changes: " + e.getMessage(), e);
        }
    }

    @Override
    public void leave() {
        topic.leave();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** What a message of this history says; empty for one of another, and for a record that is no such message. */
    static OptionalLong revision(ConsumerRecord<byte[], byte[]> record, String historyId) {
        if (!historyId.equals(header(record, HISTORY))) {
            return OptionalLong.empty();
        }
        return Characters.wholeNumber(header(record, REVISION), Long.MAX_VALUE);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
