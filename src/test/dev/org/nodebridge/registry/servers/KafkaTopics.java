// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import static org.awaitility.Awaitility.await;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
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
        try (Admin admin = admin(bootstrapServers)) {
            Set<String> existing = admin.listTopics().names().get(30, TimeUnit.SECONDS);
            List<NewTopic> missing = partitions.entrySet().stream()
                    .filter(topic -> !existing.contains(topic.getKey()))
                    .map(topic -> new NewTopic(topic.getKey(), Optional.of(topic.getValue()), Optional.<Short>empty()))
                    .toList();
            admin.createTopics(missing).all().get(30, TimeUnit.SECONDS);
            awaitLeaders(admin, missing);
        } catch (ExecutionException | TimeoutException e) {
            // somebody else may have been faster
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException("topics " + partitions.keySet() + " cannot be created", e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating topics", e);
        }
    }

    private static void awaitLeaders(Admin admin, List<NewTopic> topics) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        topics.forEach(topic -> IntStream.range(0, topic.numPartitions())
                .forEach(number -> ends.put(new TopicPartition(topic.name(), number), OffsetSpec.latest())));
        // only a leader answers this
        await().atMost(60, TimeUnit.SECONDS).ignoreException(ExecutionException.class)
                .until(() -> admin.listOffsets(ends).all().get(30, TimeUnit.SECONDS).size() == ends.size());
    }

    static Admin admin(String bootstrapServers) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 30_000));
    }
}
