// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.nodebridge.registry.config.kafka.KafkaClients;
import org.nodebridge.registry.config.kafka.KafkaSettings;

/**
 * Asks the broker about itself. Every call waits a few seconds at most and throws {@link KafkaException} when the
 * broker does not answer. Safe from any thread.
 */
@ApplicationScoped
public class BrokerClient {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MAX_SHOWN = 5;

    @Inject
    private KafkaSettings settings;

    private Admin admin;

    /** The broker's cluster id. */
    public String clusterId() {
        return answer(admin().describeCluster().clusterId());
    }

    /** Which of the topics are there. */
    Set<String> existing(Collection<String> topics) {
        Set<String> present = answer(admin().listTopics().names());
        return topics.stream().filter(present::contains).collect(Collectors.toSet());
    }

    /** Those of the topics that are there, with Kafka's id of each: another one when it was created again. */
    public Map<String, String> idsOf(Collection<String> topics) {
        Map<String, String> ids = new HashMap<>();
        answer(admin().describeTopics(existing(topics)).allTopicNames())
                .forEach((topic, description) -> ids.put(topic, description.topicId().toString()));
        return ids;
    }

    /** Creates a topic with the broker's own default partitions and replication; one that is there is left alone. */
    void create(String topic, Map<String, String> configuration) {
        NewTopic wanted = new NewTopic(topic, Optional.empty(), Optional.empty()).configs(configuration);
        try {
            answer(admin().createTopics(Set.of(wanted)).all());
        } catch (TopicExistsException e) {
            // another replica was faster
        }
    }

    /**
     * For each partition of the input topics, how far the consumer group has come, and how far it can: where the
     * consumer reads committed records only, to the first open transaction.
     */
    public Map<TopicPartition, Position> positions() {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        answer(admin().describeTopics(existing(settings.inputTopics())).allTopicNames())
                .forEach((topic, description) -> description.partitions().forEach(partition -> {
                    latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest());
                    earliest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.earliest());
                }));
        var committed = answer(admin().listConsumerGroupOffsets(settings.groupId()).partitionsToOffsetAndMetadata());
        var ends = answer(admin().listOffsets(latest, new ListOffsetsOptions(isolation())).all());
        var starts = answer(admin().listOffsets(earliest).all());
        Map<TopicPartition, Position> positions = new LinkedHashMap<>();
        ends.forEach((partition, end) -> {
            OffsetAndMetadata offset = committed.get(partition);
            long from = Math.max(offset == null ? 0 : offset.offset(), starts.get(partition).offset());
            positions.put(partition, new Position(from, end.offset()));
        });
        return positions;
    }

    /** Kafka's id of the topic of each partition of the input topics; another one when it was created again. */
    public Map<TopicPartition, String> topicIds() {
        Map<TopicPartition, String> ids = new HashMap<>();
        answer(admin().describeTopics(existing(settings.inputTopics())).allTopicNames())
                .forEach((topic, description) -> description.partitions().forEach(partition -> ids.put(
                        new TopicPartition(topic, partition.partition()), description.topicId().toString())));
        return ids;
    }

    /**
     * Partitions of the input topics, {@code topic-partition}, to which nodes that ask for {@code acks=all} cannot
     * write now: no broker leads them, or fewer have a copy than must. Topics that can never have so many are left
     * out: their nodes are heard, or the settings would have been noticed.
     *
     * @param minInSync how many copies each topic asks for, where that is known
     */
    public Set<String> unwritable(Map<String, Integer> minInSync) {
        Set<String> unwritable = new TreeSet<>();
        answer(admin().describeTopics(existing(settings.inputTopics())).allTopicNames())
                .forEach((topic, description) -> description.partitions().stream()
                        .filter(partition -> cannotBeWritten(partition, minInSync.getOrDefault(topic, 1)))
                        .forEach(partition -> unwritable.add(topic + "-" + partition.partition())));
        return unwritable;
    }

    private static boolean cannotBeWritten(TopicPartitionInfo partition, int copies) {
        return partition.leader() == null || partition.leader().isEmpty()
                || partition.isr().size() < copies && partition.replicas().size() >= copies;
    }

    /**
     * How those of the topics that are there are kept.
     *
     * @return what the broker lets be seen of each; a topic whose settings it does not show has none
     */
    public Map<String, TopicSettings> settings(Collection<String> topics) {
        int brokers = answer(admin().describeCluster().nodes()).size();
        Set<String> there = existing(topics);
        Map<String, TopicSettings> settings = new LinkedHashMap<>();
        answer(admin().describeTopics(there).allTopicNames()).forEach((topic, description) -> {
            int replicas = description.partitions().stream().mapToInt(each -> each.replicas().size()).min().orElse(0);
            settings.put(topic, new TopicSettings(brokers, replicas, configuration(topic)));
        });
        return settings;
    }

    private Map<String, String> configuration(String topic) {
        Map<String, String> values = new HashMap<>();
        try {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            answer(admin().describeConfigs(Set.of(resource)).all()).get(resource).entries()
                    .forEach(entry -> values.put(entry.name(), entry.value()));
        } catch (TopicAuthorizationException e) {
            return Map.of(); // it need not be allowed
        }
        return values;
    }

    /** Who in the consumer group consumes these partitions, {@code topic-partition}, for a person. */
    public String holders(Set<String> partitions) {
        try {
            List<String> holders = answer(admin().describeConsumerGroups(List.of(settings.groupId())).all())
                    .get(settings.groupId()).members().stream()
                    .filter(member -> member.assignment().topicPartitions().stream()
                            .anyMatch(partition -> partitions.contains(partition.toString())))
                    .map(member -> member.clientId() + " at " + member.host())
                    .sorted()
                    .limit(MAX_SHOWN)
                    .toList();
            return holders.isEmpty() ? "nobody does" : "held by " + String.join(", ", holders);
        } catch (KafkaException e) {
            return "who does is not known";
        }
    }

    /**
     * How far the consumer group has come in one partition.
     *
     * @param next the offset that it will read next; the first one that is there when it has committed none
     * @param end the offset after the last one that can be read: that of the first open transaction, else that which
     *     the next record will get
     */
    public record Position(long next, long end) {

        /** The same of a consumer that has done everything before this offset, committed or not. */
        public Position readTo(long offset) {
            return offset > next ? new Position(offset, end) : this;
        }

        /** How many offsets the group has yet to commit. */
        public long lag() {
            return Math.max(0, end - next);
        }
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            admin.close(PATIENCE);
            admin = null;
        }
    }

    private static IsolationLevel isolation() {
        return KafkaClients.readsCommittedOnly() ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED;
    }

    /** Created late and again: a broker whose name cannot be resolved yet must not stop the start. */
    private synchronized Admin admin() {
        if (admin == null) {
            Map<String, Object> properties = KafkaClients.properties(settings, AdminClientConfig.configNames());
            properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "node-bridge-registry-admin");
            properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
            properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
            properties.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
            admin = Admin.create(properties);
        }
        return admin;
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("the broker does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking the broker", e);
        }
    }
}
