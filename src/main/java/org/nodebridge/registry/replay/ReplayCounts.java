// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** Counts by name. For one thread. */
final class ReplayCounts {

    private final Map<String, Long> counts = new TreeMap<>();

    void add(String name, long count) {
        if (count > 0) {
            counts.merge(name, count, Long::sum);
        }
    }

    void into(ReplayCounts others) {
        counts.forEach(others::add);
    }

    ObjectNode asJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        counts.forEach(json::put);
        return json;
    }
}
