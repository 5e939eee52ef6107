// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.nodebridge.registry.changes.Change;
import org.nodebridge.registry.changes.Change.Kind;
import org.nodebridge.registry.event.WireJson;

/**
 * A message about some changes in a row, in the shape that upstream has planned.
 *
 * @param revision the last of its changes
 * @param eventId the same for the same changes
 * @param writtenAt the envelope's time
 * @param json the envelope, UTF-8
 */
public record TopologyDiff(long revision, UUID eventId, Instant writtenAt, byte[] json) {

    /** Below what a broker takes by default, 1 MiB, with room for the envelope and headers. */
    static final int MOST_BYTES = 900_000;

    /** As Python writes it: before 3.11 it could not read a {@code Z}. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSxxx", Locale.ROOT).withZone(ZoneOffset.UTC);

    /**
     * Messages about these changes, in order, none larger than a broker takes.
     *
     * @param totalNodes how many nodes can be discovered
     */
    static List<TopologyDiff> of(
            List<Change> changes, String registryId, UUID historyId, long totalNodes, Instant now) {
        List<TopologyDiff> messages = new ArrayList<>();
        List<Change> together = new ArrayList<>();
        ArrayNode written = WireJson.PLAIN.createArrayNode();
        int bytes = 0;
        for (Change change : changes) {
            ObjectNode json = json(change);
            byte[] text = utf8(json);
            if (text.length > MOST_BYTES) {
                json.remove(List.of("endpoints", "capabilities"));
                text = utf8(json.put("content_omitted", true));
            }
            int size = text.length;
            if (!together.isEmpty() && bytes + size > MOST_BYTES) {
                messages.add(message(together, written, registryId, historyId, totalNodes, now));
                together.clear();
                written = WireJson.PLAIN.createArrayNode();
                bytes = 0;
            }
            together.add(change);
            written.addRawValue(new RawValue(new String(text, StandardCharsets.UTF_8)));
            bytes += size;
        }
        messages.add(message(together, written, registryId, historyId, totalNodes, now));
        return messages;
    }

    private static TopologyDiff message(
            List<Change> changes, ArrayNode written, String registryId, UUID historyId, long totalNodes, Instant now) {
        long previous = changes.get(0).revision() - 1;
        long revision = changes.get(changes.size() - 1).revision();
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        changes.forEach(change -> counts.merge(change.kind(), 1, Integer::sum));
        ObjectNode envelope = WireJson.PLAIN.createObjectNode().put("envelope_version", "1.0");
        UUID eventId = UUID.nameUUIDFromBytes(
                (historyId + ":" + previous + ":" + revision).getBytes(StandardCharsets.UTF_8));
        envelope.put("event_id", eventId.toString());
        envelope.put("event_type", "TOPOLOGY_DIFF");
        envelope.put("timestamp", TIME.format(now));
        envelope.put("source_node", registryId);
        ObjectNode payload = envelope.putObject("payload");
        payload.put("topology_version", revision);
        payload.put("previous_version", previous);
        payload.set("changes", written);
        payload.putObject("summary")
                .put("total_nodes", totalNodes)
                .put("nodes_added", counts.getOrDefault(Kind.ADDED, 0))
                .put("nodes_updated", counts.getOrDefault(Kind.UPDATED, 0))
                .put("nodes_removed", counts.getOrDefault(Kind.REMOVED, 0));
        return new TopologyDiff(revision, eventId, now, utf8(envelope));
    }

    private static ObjectNode json(Change change) {
        ObjectNode json = WireJson.PLAIN.createObjectNode();
        json.put("change_type", change.kind().name().toLowerCase(Locale.ROOT));
        json.put("node_id", change.nodeId());
        if (change.kind() == Kind.REMOVED) {
            return json.put("removal_reason", change.removalReason());
        }
        json.put("node_type", change.nodeType());
        if (change.kind() == Kind.UPDATED) {
            ArrayNode fields = json.putArray("changed_fields");
            change.changedFields().forEach(fields::add);
        }
        if (change.content() != null) {
            // as PostgreSQL writes it, with every digit
            json.putRawValue("endpoints", new RawValue(change.content().endpoints()));
            json.putRawValue("capabilities", new RawValue(change.content().capabilities()));
        }
        // upstream's shape has neither, but a change of them would say nothing without
        return json.put("status", change.status()).put("health", change.health());
    }

    private static byte[] utf8(ObjectNode json) {
        try {
            return WireJson.PLAIN.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes was not written", e);
        }
    }
}
