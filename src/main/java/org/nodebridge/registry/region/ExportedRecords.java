// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.nodebridge.registry.config.ConsulLayout;
import org.nodebridge.registry.event.WireJson;
import org.nodebridge.registry.http.JsonFormat;
import org.nodebridge.registry.kafka.topic.CloudEvent;
import org.nodebridge.registry.kafka.topic.CloudEvent.Type;
import org.nodebridge.registry.registration.api.RegistrationView;
import org.nodebridge.registry.store.ToolRegistration;

/**
 * The records that tell other regions of our nodes. Immutable.
 *
 * @param omitted members of a registration that are left out
 * @param layout of our own Consul, where what can be called is decided
 */
record ExportedRecords(
        String topic, String region, String registryId, List<String> omitted, ConsulLayout layout) {

    /** PostgreSQL keeps no text with U+0000, so that no node has this id. */
    static final byte[] BEACON_KEY = "\0beacon".getBytes(StandardCharsets.UTF_8);

    /** Below what a broker takes by default, 1 MiB, with room for key and headers. */
    private static final int MOST_BYTES = 900_000;

    /** Members of a registration that change only with a revision: figures of load and leases would be old at once. */
    static final List<String> MEMBERS = List.of(
            "node_id", "node_type", "node_role", "version", "environment", "region", "status", "status_reason",
            "health", "health_status", "callable", "not_callable_reason", "capabilities", "endpoints", "metadata",
            "malformed", "network_id", "deployment_id", "epoch", "event_timestamp", "damped_until", "cordon",
            "registered_at", "updated_at");

    private static final List<String> SHORTEST = List.of("node_id", "node_type", "status", "health", "callable");

    /** A node that can be discovered, as the interface shows it. */
    ProducerRecord<byte[], byte[]> registration(ToolRegistration row, RecordHeaders place) {
        ObjectNode registration = JsonFormat.mapper().valueToTree(RegistrationView.of(row, layout));
        registration.retain(MEMBERS);
        registration.remove(omitted);
        ObjectNode value = envelope(place);
        value.set("registration", registration);
        byte[] json = utf8(value);
        if (json.length > MOST_BYTES) {
            registration.remove(List.of("capabilities", "metadata", "malformed"));
            value.put("content_omitted", true);
            json = utf8(value);
        }
        if (json.length > MOST_BYTES) {
            registration.retain(SHORTEST); // another program can write columns of any length
            json = utf8(value);
        }
        return record(Type.REGISTRATION, row.nodeId().getBytes(StandardCharsets.UTF_8), json, place, row.nodeId());
    }

    /** A node that can not be discovered any more: compaction removes all records of it after a while. */
    ProducerRecord<byte[], byte[]> removal(String nodeId, RecordHeaders place) {
        return record(Type.REGISTRATION_REMOVAL, nodeId.getBytes(StandardCharsets.UTF_8), null, place, nodeId);
    }

    /**
     * That the exporter lives.
     *
     * @param complete whether all nodes have been published since the history began
     * @param nodes how many can be discovered at that revision; -1 where that is not known
     */
    ProducerRecord<byte[], byte[]> beacon(RecordHeaders place, boolean complete, long nodes) {
        ObjectNode value = envelope(place);
        value.put("beacon", true).put("complete", complete);
        if (nodes >= 0) {
            value.put("nodes", nodes);
        }
        return record(Type.REGISTRATION_BEACON, BEACON_KEY, utf8(value), place, UUID.randomUUID().toString());
    }

    /** @param name which event of its type and revision it is: a node published again at one revision is the same */
    private ProducerRecord<byte[], byte[]> record(
            Type type, byte[] key, byte[] value, RecordHeaders place, String name) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, key, value);
        place.addTo(record);
        String event = place.historyId() + ":" + place.revision() + ":" + name;
        return CloudEvent.named(type, event, Instant.now()).on(record, registryId);
    }

    private ObjectNode envelope(RecordHeaders place) {
        UUID historyId = place.historyId();
        return WireJson.PLAIN.createObjectNode()
                .put("history_id", historyId.toString())
                .put("history_number", place.historyNumber())
                .put("region", region)
                .put("registry_id", registryId)
                .put("revision", place.revision());
    }

    private static byte[] utf8(ObjectNode json) {
        try {
            return WireJson.PLAIN.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes was not written", e);
        }
    }
}
