// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Topics of any broker. */
public final class KafkaTopics {

    /** The registry's topics with their partitions: what nodes say, what it asks them, and what it could not read. */
    public static final Map<String, Integer> OF_THE_REGISTRY = Map.of(
            "node-introspection.v1", 6,
            "node-heartbeat.v1", 6,
            "registry-request-introspection.v1", 1,
            "topology-diff.v1", 1,
            "node-introspection.v1.dlq", 1,
            "node-heartbeat.v1.dlq", 1);

    /** Those of them that nodes use. The registry creates the rest, with settings of its own. */
    public static final Map<String, Integer> OF_NODES = Map.of(
            "node-introspection.v1", 6,
            "node-heartbeat.v1", 6,
            "registry-request-introspection.v1", 1);

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private KafkaTopics() {}

    /**
     * Creates the topics that are missing, each with the given number of partitions and as many replicas as the broker
     * gives; leaves the others as they are.
     * Returns when each partition has a leader that answers: a producer that sends several batches before gets the
     * first one refused, and the later ones then for ever for being out of order.
     *
     * @throws IllegalStateException when the broker cannot be reached or refuses
     */
    public static void create(String bootstrapServers, Map<String, Integer> partitions) {
        Exception[] last = new Exception[1];
        try (Admin admin = admin(bootstrapServers)) {
            if (!Waiting.until(PATIENCE, () -> haveBeenCreated(admin, partitions, last))) {
                throw new IllegalStateException("topics " + partitions.keySet() + " cannot be created", last[0]);
            }
        }
    }

    private static boolean haveBeenCreated(Admin admin, Map<String, Integer> partitions, Exception[] last) {
        try {
            Set<String> existing = admin.listTopics().names().get();
            List<NewTopic> missing = partitions.entrySet().stream()
                    .filter(topic -> !existing.contains(topic.getKey()))
                    .map(topic -> new NewTopic(topic.getKey(), Optional.of(topic.getValue()), Optional.<Short>empty()))
                    .toList();
            admin.createTopics(missing).all().get();
            haveLeaders(admin, partitions.keySet());
            return true;
        } catch (ExecutionException e) {
            if (!mayPass(e.getCause())) {
                throw new IllegalStateException("topics " + partitions.keySet() + " cannot be created", e);
            }
            last[0] = e;
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating topics", e);
        }
    }

    /** Fails when a partition has no leader: only that answers how far it is. */
    private static void haveLeaders(Admin admin, Collection<String> topics)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        admin.describeTopics(topics).allTopicNames().get().forEach((topic, described) -> described.partitions().forEach(
                partition -> ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest())));
        admin.listOffsets(ends).all().get();
    }

    /** Somebody else may have been faster, and a broker that stood still for seconds counts as none for a moment. */
    private static boolean mayPass(Throwable failure) {
        return failure instanceof RetriableException
                || failure instanceof TopicExistsException
                || failure instanceof InvalidReplicationFactorException;
    }

    static Admin admin(String bootstrapServers) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 20_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 60_000));
    }
}
