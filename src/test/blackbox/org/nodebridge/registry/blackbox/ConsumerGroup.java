// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.servers.ServerGroup;
import org.nodebridge.registry.servers.SharedAdmin;

/** What the broker knows of the registry's consumer group. */
final class ConsumerGroup {

    private static final String GROUP = "bridge-registry-group";

    private final ServerGroup servers;
    private final String group;
    private final UnaryOperator<String> topic;

    ConsumerGroup(ServerGroup servers) {
        this(servers, GROUP, UnaryOperator.identity());
    }

    /** @param topic gives an input topic the name that the registry of this group knows it by */
    ConsumerGroup(ServerGroup servers, String group, UnaryOperator<String> topic) {
        this.servers = servers;
        this.group = group;
        this.topic = topic;
    }

    /** The committed offsets of the input topics; 0 where nothing was committed yet. */
    Map<TopicPartition, Long> committed() {
        Admin admin = admin();
        return committedOf(admin, ends(admin));
    }

    /** How many records of the input topics are not committed. */
    long lag() {
        Admin admin = admin();
        Map<TopicPartition, Long> ends = ends(admin);
        return sum(ends) - sum(committedOf(admin, ends));
    }

    private Map<TopicPartition, Long> committedOf(Admin admin, Map<TopicPartition, Long> ends) {
        var offsets = answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Map<TopicPartition, Long> committed = new HashMap<>();
        ends.keySet().forEach(partition -> {
            var offset = offsets.get(partition);
            committed.put(partition, offset == null ? 0 : offset.offset());
        });
        return committed;
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    private Map<TopicPartition, Long> ends(Admin admin) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        Stream.of(Registry.INTROSPECTION, Registry.HEARTBEAT)
                .map(topic)
                .map(name -> answer(admin.describeTopics(Set.of(name)).topicNameValues().get(name)))
                .flatMap(described -> described.partitions().stream()
                        .map(partition -> new TopicPartition(described.name(), partition.partition())))
                .forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        answer(admin.listOffsets(latest).all()).forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    private Admin admin() {
        return SharedAdmin.of(servers.bootstrapServers());
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(90, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker cannot be asked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
