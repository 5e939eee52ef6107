// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.config.kafka.ChannelSettings;
import org.nodebridge.registry.config.kafka.KafkaClients;
import org.nodebridge.registry.config.kafka.KafkaSettings;

/**
 * A consumer without a group, which commits nothing. Every call ends within some seconds, with {@link
 * TopicUnavailableException} when Kafka does not answer. For one thread.
 */
public final class TopicConsumer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** What one poll may bring, in bytes, but for a single record that is larger. */
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** Few, because a poll has no limit in bytes of its own: what is fetched may be compressed. */
    private static final int MOST_OF_A_POLL = 10;

    public TopicConsumer(KafkaSettings settings) {
        Map<String, Object> properties = KafkaClients.properties(settings, ConsumerConfig.configNames());
        properties.keySet().removeAll(List.of(ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "node-bridge-registry-replay");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                KafkaClients.readsCommittedOnly() ? "read_committed" : "read_uncommitted");
        // where retention has removed what was to be read, reading goes on with what is left
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.min(MOST_OF_A_POLL, settings.pollRecords()));
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MOST_BYTES);
        // at the end of a partition the broker would hold a request back, and with it the next stretch
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        int maxBytes = ChannelSettings.largestRequest();
        consumer = asked(() -> new KafkaConsumer<>(
                properties, BoundedValueDeserializer.of(maxBytes, true), BoundedValueDeserializer.of(maxBytes, false)));
    }

    /** The partitions of a topic; none when there is no such topic. */
    public List<TopicPartition> partitions(String topic) {
        return asked(() -> consumer.partitionsFor(topic)).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    /** The first offset that each partition still has. */
    public Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
        return asked(() -> of(partitions).beginningOffsets(partitions));
    }

    /** The offset after the last one of each partition that can be read: no record of an open transaction can. */
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return asked(() -> of(partitions).endOffsets(partitions));
    }

    /** The first offset of each partition whose record is of that time or later; its end where there is none. */
    public Map<TopicPartition, Long> from(Instant time, Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> offsets = new HashMap<>(ends(partitions));
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, Math.max(0, time.toEpochMilli())));
        asked(() -> of(partitions).offsetsForTimes(times)).forEach((partition, found) -> {
            if (found != null) {
                offsets.put(partition, found.offset());
            }
        });
        return offsets;
    }

    /** Reads these partitions from these offsets on, and no others. */
    void read(Map<TopicPartition, Long> starts) {
        asked(() -> {
            consumer.assign(starts.keySet());
            consumer.resume(starts.keySet());
            starts.forEach(consumer::seek);
            return null;
        });
    }

    /** Reads no more of a partition. */
    void leave(TopicPartition partition) {
        consumer.pause(List.of(partition));
    }

    /** The next records, in the order of each partition; none when none came within the time. */
    Iterable<ConsumerRecord<byte[], byte[]>> poll(Duration time) {
        return BoundedHeaders.of(asked(() -> consumer.poll(time)), ChannelSettings.largestRequest());
    }

    /** The offset that is read next. */
    long position(TopicPartition partition) {
        return asked(() -> consumer.position(partition));
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }

    /** The client warns of each answer about a partition that it does not read. */
    private KafkaConsumer<byte[], byte[]> of(Collection<TopicPartition> partitions) {
        consumer.assign(partitions);
        return consumer;
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (KafkaException e) {
            throw new TopicUnavailableException("Kafka cannot be read: " + e.getMessage(), e);
        }
    }
}
