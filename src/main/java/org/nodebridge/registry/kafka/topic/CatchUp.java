// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import static java.util.stream.Collectors.toSet;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.kafka.topic.BrokerClient.Position;

/**
 * Whether the consumer group has done all that could be read in the topics when it was first asked here, as far as it
 * is still there: a topic may be deleted and created again. Not thread-safe.
 */
public final class CatchUp {

    private Map<TopicPartition, Long> ends;
    private boolean reached;

    /** @param positions of all partitions of the input topics; without one that was there first nothing is reached */
    public boolean reached(Map<TopicPartition, Position> positions) {
        if (ends == null && !positions.isEmpty()) {
            ends = new HashMap<>();
            positions.forEach((partition, position) -> ends.put(partition, position.end()));
        }
        if (ends == null || reached) {
            return reached;
        }
        Set<String> topics = positions.keySet().stream().map(TopicPartition::topic).collect(toSet());
        ends.keySet().removeIf(
                partition -> topics.contains(partition.topic()) && !positions.containsKey(partition));
        positions.forEach((partition, position) -> ends.computeIfPresent(
                partition, (same, end) -> Math.min(end, position.end())));
        reached = ends.entrySet().stream().allMatch(end -> {
            Position now = positions.get(end.getKey());
            // a position past the end is of the topic that was there before
            return now != null && now.next() >= end.getValue() && now.next() <= now.end();
        });
        return reached;
    }
}
