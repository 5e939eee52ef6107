// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.topology;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.nodebridge.registry.config.KafkaClients;
import org.nodebridge.registry.config.KafkaSettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.kafka.topic.BoundedValueDeserializer;
import org.nodebridge.registry.kafka.topic.Topics;

/**
 * Writes in transactions of one id, which all replicas share: Kafka lets only the one write that began to use it last.
 * All messages are in partition 0, because only there is one order of them.
 */
@ApplicationScoped
class KafkaTopologyTopic implements TopologyTopic {

    /** Of a record that is read back; only its headers are needed. */
    private static final int MOST_BYTES = 64 * 1024;

    /** The history that a message's revisions belong to. */
    static final String HISTORY = "registry-history";
    /** The last revision that a message tells. */
    static final String REVISION = "registry-revision";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How far before its end the topic is first looked at; more when only what was aborted is found there. */
    private static final long FIRST_LOOK = 50;

    @Inject
    private KafkaSettings settings;

    @Inject
    private RegistrySettings registry;

    @Inject
    private Topics topics;

    private volatile KafkaProducer<byte[], byte[]> producer;

    @Override
    public OptionalLong take(UUID historyId) {
        leave();
        try {
            topics.ensureTopology();
            producer = new KafkaProducer<>(producerProperties(), new ByteArraySerializer(), new ByteArraySerializer());
            producer.initTransactions();
            return lastRevision(historyId.toString());
        } catch (KafkaException e) {
            leave();
            throw new TopologyUnavailableException("Kafka does not give the topic " + settings.topologyTopic() + ": "
                    + e.getMessage(), e);
        }
    }

    @Override
    public void publish(UUID historyId, List<TopologyDiff> messages) {
        KafkaProducer<byte[], byte[]> writer = producer;
        if (writer == null) {
            throw new TopologyUnavailableException("the topic has been left", null);
        }
        byte[] key = utf8(registry.registryId());
        try {
            writer.beginTransaction();
            for (TopologyDiff message : messages) {
                var record = new ProducerRecord<>(settings.topologyTopic(), 0, key, message.json());
                record.headers().add(HISTORY, utf8(historyId.toString()));
                record.headers().add(REVISION, utf8(Long.toString(message.revision())));
                writer.send(record);
            }
            writer.commitTransaction(); // fails when one of them did
        } catch (KafkaException | IllegalStateException e) {
            throw new TopologyUnavailableException("Kafka has not confirmed the changes: " + e.getMessage(), e);
        }
    }

    @Override
    public void leave() {
        KafkaProducer<byte[], byte[]> old = producer;
        producer = null;
        if (old != null) {
            old.close(Duration.ofSeconds(1));
        }
    }

    private OptionalLong lastRevision(String historyId) {
        TopicPartition partition = new TopicPartition(settings.topologyTopic(), 0);
        try (var consumer = new KafkaConsumer<>(
                consumerProperties(), BoundedValueDeserializer.of(MOST_BYTES, true),
                BoundedValueDeserializer.of(MOST_BYTES, false))) {
            consumer.assign(List.of(partition));
            long beginning = consumer.beginningOffsets(List.of(partition)).get(partition);
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            for (long look = FIRST_LOOK;; look *= 4) {
                long from = Math.max(beginning, end - look);
                OptionalLong found = lastRevision(consumer, partition, from, end, historyId);
                if (found.isPresent() || from == beginning) {
                    return found;
                }
            }
        }
    }

    private static OptionalLong lastRevision(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long end, String historyId) {
        OptionalLong last = OptionalLong.empty();
        consumer.seek(partition, from);
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                OptionalLong found = revision(record, historyId);
                last = found.isPresent() ? found : last;
            }
            if (System.nanoTime() - giveUp > 0) {
                throw new KafkaException("the topic cannot be read to its end");
            }
        }
        return last;
    }

    private Map<String, Object> producerProperties() {
        Map<String, Object> properties = KafkaClients.properties(settings, ProducerConfig.configNames());
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "node-bridge-registry-topology");
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, settings.topologyTopic() + "-" + registry.registryId());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 2);
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) (3 * PATIENCE.toMillis()));
        return properties;
    }

    private Map<String, Object> consumerProperties() {
        Map<String, Object> properties = KafkaClients.properties(settings, ConsumerConfig.configNames());
        properties.keySet().removeAll(List.of(ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "node-bridge-registry-topology");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.pollRecords());
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 2);
        return properties;
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
