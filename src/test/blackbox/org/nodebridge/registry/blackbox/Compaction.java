// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.core.ConditionTimeoutException;
import org.nodebridge.registry.servers.ServerGroup;

/**
 * Has the broker compact a topic. It keeps the newest record of each key, and none without a key; offsets stay. What it
 * is writing to it leaves alone, so that ends in a marker, which every other segment has behind it.
 */
final class Compaction {

    private static final ConfigResource BROKERS = new ConfigResource(ConfigResource.Type.BROKER, "");

    private static final int ROUNDS = 5;

    private Compaction() {}

    /**
     * Returns when no consumer finds a record in any of the partitions.
     *
     * @param addMarkers puts something with a marker behind it at the end of every partition
     */
    static void removeAll(
            ServerGroup servers, String topic, Collection<TopicPartition> partitions, Runnable addMarkers)
            throws Exception {
        ConfigResource ours = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = servers.kafka().orElseThrow().admin()) {
            set(admin, BROKERS, Map.of("log.cleaner.backoff.ms", "200"));
            set(admin, ours, Map.of("segment.ms", "1", "min.cleanable.dirty.ratio", "0.01"));
            boolean removed = false;
            for (int round = 0; !removed && round < ROUNDS; round++) {
                addMarkers.run();
                set(admin, ours, Map.of("cleanup.policy", "compact"));
                removed = removed(servers, partitions);
                // so that records without a key can be sent again
                set(admin, ours, Map.of("cleanup.policy", "delete"));
            }
            assertThat(removed).as("compacted away").isTrue();
            set(admin, ours, Map.of("segment.ms", "604800000"));
            set(admin, BROKERS, Map.of("log.cleaner.backoff.ms", "15000"));
        }
    }

    /** Not where the broker began its segments before it had taken the topic's new settings over. */
    private static boolean removed(ServerGroup servers, Collection<TopicPartition> partitions) {
        try {
            eventually().atMost(Duration.ofSeconds(30)).until(() -> count(servers, partitions) == 0);
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    private static void set(Admin admin, ConfigResource resource, Map<String, String> settings) throws Exception {
        List<AlterConfigOp> changes = settings.entrySet().stream()
                .map(entry -> new AlterConfigOp(
                        new ConfigEntry(entry.getKey(), entry.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        admin.incrementalAlterConfigs(Map.of(resource, changes)).all().get(30, TimeUnit.SECONDS);
    }

    /** Records of aborted transactions are counted too. */
    private static long count(ServerGroup servers, Collection<TopicPartition> partitions) {
        Map<String, Object> properties = Map.of("bootstrap.servers", servers.bootstrapServers());
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long count = 0;
            while (count == 0 && partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                count += consumer.poll(Duration.ofMillis(200)).count();
            }
            return count;
        }
    }
}
