// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.kafka.topic.BrokerClient;
import org.nodebridge.registry.store.SchemaMigration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic that was deleted and created again from its beginning. Kafka's client, and the group's offsets, know
 * topics by name: a consumer goes on in the new topic where it was in the old one, if the new one is that long by then,
 * and passes over all before. Kafka's id of the topic tells; to which the committed offsets belong is kept in
 * PostgreSQL. What is read twice changes nothing.
 */
@ApplicationScoped
class RecreatedTopics {

    private static final Logger LOG = LoggerFactory.getLogger(RecreatedTopics.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    @Inject
    private RecurringTasks tasks;

    @Inject
    private SchemaMigration migration;

    @Inject
    private BrokerClient broker;

    @Inject
    private ConsumerChannel channel;

    @Inject
    private ConsumedPartitionsRepository consumed;

    /** Of the partitions that this replica has; of the task's one thread at a time. */
    private final Map<TopicPartition, String> known = new HashMap<>();

    void start(@Observes Startup startup) {
        tasks.start("topic_ids", INTERVAL, migration::done, this::look);
    }

    private void look() {
        Set<TopicPartition> ours = channel.assignedPartitions();
        known.keySet().retainAll(ours);
        if (ours.isEmpty()) {
            return;
        }
        Map<TopicPartition, String> now;
        try {
            now = broker.topicIds();
        } catch (KafkaException e) {
            return; // an outage, which the health says; or a topic that is not there
        }
        now.keySet().retainAll(ours);
        if (now.equals(known)) {
            return;
        }
        if (!known.keySet().containsAll(ours)) {
            // of another replica, which may have read the partition last, or of the process before
            consumed.topicIds().forEach((partition, id) -> {
                if (ours.contains(partition)) {
                    known.putIfAbsent(partition, id);
                }
            });
        }
        Set<TopicPartition> recreated = new HashSet<>(now.keySet());
        recreated.removeIf(partition -> now.get(partition).equals(known.getOrDefault(partition, now.get(partition))));
        if (!recreated.isEmpty()) {
            Set<TopicPartition> restarted = channel.restart(recreated);
            recreated.removeAll(restarted);
            now.keySet().removeAll(recreated); // tried again at the next check, by the replica that has them then
            if (!restarted.isEmpty()) {
                LOG.atWarn().addKeyValue("partitions", restarted)
                        .log("A topic was deleted and created again; it is read from its beginning");
            }
        }
        consumed.note(now);
        known.putAll(now);
    }
}
