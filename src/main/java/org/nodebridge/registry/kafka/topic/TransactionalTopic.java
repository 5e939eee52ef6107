// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.nodebridge.registry.config.kafka.KafkaClients;
import org.nodebridge.registry.config.kafka.KafkaSettings;

/**
 * A topic that one replica at a time writes, in transactions of one id, which all replicas share: Kafka lets only the
 * one write that took it last. All records are in partition 0, because only there is one order of them. Every call
 * waits for Kafka, ten seconds at most, and throws {@link KafkaException} or {@link IllegalStateException} when that
 * does not do what it is to do. For one thread at a time, but for {@link #leave}.
 */
public final class TransactionalTopic {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Of a record that is read back; only its headers are needed. */
    private static final int MOST_BYTES = 64 * 1024;

    /** How far before its end the topic is first looked at; more when only what was aborted is found there. */
    private static final long FIRST_LOOK = 50;

    private final KafkaSettings settings;
    private final String topic;
    private final String clientId;
    private final String transactionalId;

    private volatile KafkaProducer<byte[], byte[]> producer;

    public TransactionalTopic(KafkaSettings settings, String topic, String clientId, String transactionalId) {
        this.settings = settings;
        this.topic = topic;
        this.clientId = clientId;
        this.transactionalId = transactionalId;
    }

    /** Fences the producer that has written to it until now: readers see nothing of its open transaction. */
    public void take() {
        leave();
        producer = new KafkaProducer<>(producerProperties(), new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
    }

    /** Makes these records visible, all of them or none. */
    public void publish(List<ProducerRecord<byte[], byte[]>> records) {
        KafkaProducer<byte[], byte[]> writer = producer;
        if (writer == null) {
            throw new IllegalStateException("the topic has been left");
        }
        writer.beginTransaction();
        records.forEach(writer::send);
        writer.commitTransaction(); // fails when one of them did
    }

    /** Writes no more. */
    public void leave() {
        KafkaProducer<byte[], byte[]> old = producer;
        producer = null;
        if (old != null) {
            old.close(Duration.ofSeconds(1));
        }
    }

    /**
     * What the last record says of which something can be read; empty when there is none.
     *
     * @param reader what a record says; it gets keys and headers, and of values the first 64 KiB at most
     */
    public <T> Optional<T> last(Function<ConsumerRecord<byte[], byte[]>, Optional<T>> reader) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (var consumer = new KafkaConsumer<>(
                consumerProperties(), BoundedValueDeserializer.of(MOST_BYTES, true),
                BoundedValueDeserializer.of(MOST_BYTES, false))) {
            consumer.assign(List.of(partition));
            long beginning = consumer.beginningOffsets(List.of(partition)).get(partition);
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            for (long look = FIRST_LOOK;; look *= 4) {
                long from = Math.max(beginning, end - look);
                Optional<T> found = last(consumer, partition, from, end, reader);
                if (found.isPresent() || from == beginning) {
                    return found;
                }
            }
        }
    }

    private static <T> Optional<T> last(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long end,
            Function<ConsumerRecord<byte[], byte[]>, Optional<T>> reader) {
        Optional<T> last = Optional.empty();
        consumer.seek(partition, from);
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                Optional<T> found = reader.apply(record);
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
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
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
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.pollRecords());
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 2);
        return properties;
    }
}
