// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.kafka.topic.OffsetRange;
import org.nodebridge.registry.kafka.topic.TopicConsumer;

/**
 * What a replay is going to read, topic after topic: introspection events first, because a heartbeat of a node that is
 * not registered does nothing. It ends where the topics end when it is made.
 */
record ReplayPlan(List<Map<TopicPartition, OffsetRange>> parts) {

    /**
     * Asks Kafka where the topics begin and end.
     *
     * @throws InvalidReplayException when what is asked for is not in the topics
     */
    public static ReplayPlan of(TopicReplayRequest request, KafkaSettings settings) {
        List<String> topics = topics(request.topics(), settings);
        try (TopicConsumer consumer = new TopicConsumer(settings)) {
            List<Map<TopicPartition, OffsetRange>> parts = new ArrayList<>();
            Set<String> named = request.from().offsets() == null
                    ? new TreeSet<>()
                    : new TreeSet<>(request.from().offsets().keySet());
            for (String topic : topics) {
                Map<TopicPartition, OffsetRange> part = part(consumer, topic, request.from());
                part.keySet().forEach(partition -> named.remove(partition.toString()));
                parts.add(part);
            }
            if (!named.isEmpty()) {
                throw new InvalidReplayException("from", "names partitions that are not there: " + named);
            }
            return new ReplayPlan(parts);
        }
    }

    /** How many offsets there are to read. */
    public long length() {
        return parts.stream().flatMap(part -> part.values().stream()).mapToLong(OffsetRange::length).sum();
    }

    private static List<String> topics(List<String> wanted, KafkaSettings settings) {
        List<String> topics = new ArrayList<>(settings.inputTopics());
        if (wanted != null) {
            wanted.stream().filter(topic -> !topics.contains(topic)).findFirst().ifPresent(topic -> {
                throw new InvalidReplayException("topics", "must be some of " + topics);
            });
            topics.retainAll(wanted);
        }
        return topics;
    }

    private static Map<TopicPartition, OffsetRange> part(TopicConsumer consumer, String topic, ReplayStart from) {
        List<TopicPartition> partitions = consumer.partitions(topic);
        Map<TopicPartition, Long> ends = consumer.ends(partitions);
        Map<TopicPartition, Long> starts = new HashMap<>(
                from.time() == null ? consumer.beginnings(partitions) : consumer.from(from.time(), partitions));
        if (from.offsets() != null) {
            starts.keySet().removeIf(partition -> !from.offsets().containsKey(partition.toString()));
            starts.replaceAll((partition, beginning) -> {
                long wanted = from.offsets().get(partition.toString());
                if (wanted > ends.get(partition)) {
                    throw new InvalidReplayException(
                            "from." + partition, "lies beyond the end of the partition, " + ends.get(partition));
                }
                return Math.max(beginning, wanted);
            });
        }
        Map<TopicPartition, OffsetRange> spans = new LinkedHashMap<>();
        starts.forEach((partition, start) -> spans.put(partition, new OffsetRange(start, ends.get(partition))));
        return spans;
    }
}
