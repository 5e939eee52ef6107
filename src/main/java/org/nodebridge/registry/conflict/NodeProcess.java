// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.conflict;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.nodebridge.registry.event.NodeDescription;

/**
 * What is known of one of the processes that announce themselves as one node; bounded for any input.
 *
 * @param endpoints the first of them, by name; empty where only heartbeats tell
 * @param instanceId the node's {@code metadata.instance_id}; {@code null} where it names none
 * @param startedAt by its heartbeats' uptime; {@code null} where only its content tells
 */
public record NodeProcess(Map<String, String> endpoints, String instanceId, Instant startedAt) {

    private static final int MAX_ENDPOINTS = 4;
    private static final int MAX_TEXT = 200;

    static NodeProcess of(NodeDescription node) {
        Map<String, String> endpoints = new TreeMap<>();
        new TreeMap<>(node.endpoints())
                .entrySet().stream()
                .limit(MAX_ENDPOINTS)
                .forEach(each -> endpoints.put(cut(each.getKey()), cut(each.getValue())));
        String instance = node.metadata().path("instance_id").asText("");
        return new NodeProcess(endpoints, instance.isEmpty() ? null : cut(instance), null);
    }

    static NodeProcess startedAt(long epochSecond) {
        return new NodeProcess(Map.of(), null, Instant.ofEpochSecond(epochSecond));
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + "…";
    }
}
