// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.contract.Contract;

/** What a reader of committed messages finds on the topology topic, from its beginning, each as the contract says. */
record TopologyTopic(List<JsonNode> payloads) {

    static TopologyTopic of(Registry registry) {
        List<JsonNode> payloads = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : registry.broker().committed(registry.topic("topology-diff.v1"))) {
            Contract.holds("topology-diff", record.value(), record.headers());
            payloads.add(Json.parse(new String(record.value(), StandardCharsets.UTF_8)).path("payload"));
        }
        return new TopologyTopic(payloads);
    }

    /** Up to which revision it tells; 0 for nothing. */
    long lastRevision() {
        return payloads.isEmpty() ? 0 : payloads.get(payloads.size() - 1).path("topology_version").asLong();
    }

    /** Revisions that are missing, doubled or out of order; must be none. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        long last = 0;
        for (JsonNode payload : payloads) {
            long previous = payload.path("previous_version").asLong();
            long version = payload.path("topology_version").asLong();
            if (previous != last) {
                faults.add("after " + last + " came what follows " + previous);
            }
            if (payload.path("changes").size() != version - previous) {
                faults.add("from " + previous + " to " + version + " in " + payload.path("changes").size()
                        + " changes");
            }
            last = version;
        }
        return faults;
    }

    /** All that was published about a node, in order. */
    List<JsonNode> changesOf(String nodeId) {
        List<JsonNode> changes = new ArrayList<>();
        payloads.forEach(payload -> payload.path("changes").forEach(change -> {
            if (change.path("node_id").asText().equals(nodeId)) {
                changes.add(change);
            }
        }));
        return changes;
    }

    /** The ids of the nodes, in the order of the revisions. */
    List<String> nodeIds() {
        List<String> ids = new ArrayList<>();
        payloads.forEach(
                payload -> payload.path("changes").forEach(change -> ids.add(change.path("node_id").asText())));
        return ids;
    }
}
