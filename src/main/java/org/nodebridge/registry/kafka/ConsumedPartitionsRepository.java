// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.Jdbi;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * To which topic, by Kafka's id of it, the offsets belong that the consumer group has committed. Safe from many threads
 * and replicas; every call is a transaction of its own.
 */
@ApplicationScoped
@TranslatesFailures
@Transactional
public class ConsumedPartitionsRepository {

    private static final String NOTE = """
            INSERT INTO consumed_partitions (group_id, topic, partition, topic_id)
            SELECT :group, i.topic, i.partition, i.topic_id
            FROM unnest(:topic::text[], :partition::bigint[], :topic_id::text[]) AS i (topic, partition, topic_id)
            ON CONFLICT (group_id, topic, partition) DO UPDATE SET topic_id = EXCLUDED.topic_id
            """;

    @Inject
    private Jdbi jdbi;

    @Inject
    private KafkaSettings settings;

    /** The id of the topic of each partition that the group has read. */
    public Map<TopicPartition, String> topicIds() {
        return jdbi.withHandle(handle -> handle
                .createQuery("SELECT topic, partition, topic_id FROM consumed_partitions WHERE group_id = :group")
                .bind("group", settings.groupId())
                .reduceRows(new HashMap<>(), (ids, row) -> {
                    ids.put(
                            new TopicPartition(
                                    row.getColumn("topic", String.class), row.getColumn("partition", Integer.class)),
                            row.getColumn("topic_id", String.class));
                    return ids;
                }));
    }

    /** Notes to which topics the committed offsets of these partitions belong now. */
    public void note(Map<TopicPartition, String> topicIds) {
        jdbi.useHandle(handle -> handle.createUpdate(NOTE)
                .bind("group", settings.groupId())
                .bindNamedArgumentFinder(Columns.of(List.copyOf(topicIds.entrySet()))
                        .text("topic", each -> each.getKey().topic())
                        .bigint("partition", each -> (long) each.getKey().partition())
                        .text("topic_id", Map.Entry::getValue))
                .execute());
    }
}
