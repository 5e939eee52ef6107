// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;

/**
 * Where a replay of topics begins. Without time and offsets it begins at the earliest record there is.
 *
 * @param time Kafka's time of the first record, or {@code null}
 * @param offsets {@code <topic>-<partition>} to its first offset, or {@code null}; partitions that are not named are
 *     not read
 */
public record ReplayStart(Instant time, Map<String, Long> offsets) {

    /** As it was asked for. */
    JsonNode asJson() {
        if (offsets != null) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            offsets.forEach(json::put);
            return json;
        }
        return JsonNodeFactory.instance.textNode(time == null ? "earliest" : time.toString());
    }
}
