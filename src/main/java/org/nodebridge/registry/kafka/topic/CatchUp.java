// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.kafka.topic.BrokerClient.Position;

/**
 * Whether the consumer group has done all that could be read in the topics when it was first asked here. Not
 * thread-safe.
 */
public final class CatchUp {

    private Map<TopicPartition, Long> endsAtStart;
    private boolean reached;

    /** @param positions of all partitions of the input topics, the same or more with every call */
    public boolean reached(Map<TopicPartition, Position> positions) {
        if (endsAtStart == null && !positions.isEmpty()) {
            endsAtStart = new HashMap<>();
            positions.forEach((partition, position) -> endsAtStart.put(partition, position.end()));
        }
        reached = reached || endsAtStart != null && endsAtStart.entrySet().stream().allMatch(
                end -> positions.containsKey(end.getKey()) && positions.get(end.getKey()).next() >= end.getValue());
        return reached;
    }
}
