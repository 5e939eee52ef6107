// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.event.Fields;
import org.nodebridge.registry.event.Findings;
import org.nodebridge.registry.event.Limits;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.event.Utf8;
import org.nodebridge.registry.event.WireJson;
import org.nodebridge.registry.store.jdbc.StoredTime;

/**
 * Reads records of other regions, in which anything may stand. What it lets pass is what the rest of the registry
 * relies on; members that it does not know are kept. Immutable.
 */
final class RemoteRecordReader {

    private static final int MAX_ID_LENGTH = 512;
    private static final int MAX_NAME_LENGTH = 128;
    private static final Set<String> DISCOVERABLE = Set.of("active", "suspect");
    private static final List<String> TYPES = Arrays.stream(NodeType.values()).map(NodeType::wireName).toList();

    /** What another registry took by its own settings is bounded by the size of a record here. */
    private static final Limits LIMITS = new Limits(
            500_000, Limits.DEFAULT.digits(), Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE,
            Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE,
            Integer.MAX_VALUE);

    private final WireJson json = new WireJson(LIMITS);

    /**
     * What the record says.
     *
     * @throws UnreadableRecordException saying what is wrong with it, without quoting it
     */
    RemoteRecord read(ConsumerRecord<byte[], byte[]> record) throws UnreadableRecordException {
        if (record.key() == null) {
            throw new UnreadableRecordException("it has no key");
        }
        boolean beacon = Arrays.equals(record.key(), ExportedRecords.BEACON_KEY);
        if (record.value() == null) {
            RecordHeaders place = RecordHeaders.of(record)
                    .orElseThrow(() -> new UnreadableRecordException("it has no value and does not say its revision"));
            if (beacon) {
                throw new UnreadableRecordException("it is a beacon without a value");
            }
            return new RemoteRecord.Removal(
                    place.historyId(), place.historyNumber(), place.revision(), nodeId(record.key()));
        }
        Findings findings = new Findings(true, LIMITS);
        ObjectNode value = json.parse(record.value(), findings::error);
        if (value != null) {
            Storable.check(value, findings);
        }
        if (value == null || findings.broken()) {
            throw new UnreadableRecordException("it is no JSON that can be kept");
        }
        UUID historyId = Optional.ofNullable(Fields.uuidOf(value.path("history_id").asText()))
                .orElseThrow(() -> new UnreadableRecordException("history_id is no UUID"));
        JsonNode revision = value.path("revision");
        if (!revision.isIntegralNumber() || !revision.canConvertToLong() || revision.longValue() < 0) {
            throw new UnreadableRecordException("revision is no whole number from 0");
        }
        RecordHeaders place = new RecordHeaders(
                historyId, Math.max(0, value.path("history_number").asLong(0)), revision.longValue());
        if (beacon) {
            return new RemoteRecord.Beacon(
                    historyId, place.historyNumber(), place.revision(), value.path("complete").asBoolean(),
                    value.path("nodes").asLong(-1), name(value, "region"), name(value, "registry_id"));
        }
        return registration(nodeId(record.key()), place, value.path("registration"));
    }

    /** What the headers tell of a node whose record cannot be read; empty where they tell nothing of a living one. */
    static Optional<RemoteRecord> unreadable(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() == null || Arrays.equals(record.key(), ExportedRecords.BEACON_KEY)) {
            return Optional.empty();
        }
        return RecordHeaders.of(record).flatMap(place -> idOf(record.key())
                .map(nodeId -> new RemoteRecord.Unreadable(
                        place.historyId(), place.historyNumber(), place.revision(), nodeId)));
    }

    private static RemoteRecord registration(String nodeId, RecordHeaders place, JsonNode registration)
            throws UnreadableRecordException {
        if (!(registration instanceof ObjectNode object)) {
            throw new UnreadableRecordException("registration is no object");
        }
        if (!nodeId.equals(object.path("node_id").textValue())) {
            throw new UnreadableRecordException("registration.node_id is not the key");
        }
        if (!TYPES.contains(object.path("node_type").asText())) {
            throw new UnreadableRecordException("registration.node_type is none of " + NodeType.NAMES);
        }
        if (CheckStatus.ofWireName(object.path("health").asText()).isEmpty()) {
            throw new UnreadableRecordException("registration.health is none of passing, warning, critical");
        }
        if (!DISCOVERABLE.contains(object.path("status").asText())) {
            return new RemoteRecord.Removal(place.historyId(), place.historyNumber(), place.revision(), nodeId);
        }
        try {
            return new RemoteRecord.Registration(
                    place.historyId(), place.historyNumber(), place.revision(), nodeId,
                    WireJson.MAPPER.writeValueAsString(object), time(object, "registered_at"),
                    time(object, "updated_at"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes was not written", e);
        }
    }

    private static String time(ObjectNode registration, String member) {
        String text = registration.path(member).asText("");
        return StoredTime.readable(text) ? text : null;
    }

    private static String nodeId(byte[] key) throws UnreadableRecordException {
        return idOf(key).orElseThrow(() -> new UnreadableRecordException("its key is no node's id"));
    }

    private static Optional<String> idOf(byte[] key) {
        return Optional.ofNullable(key.length > 4 * MAX_ID_LENGTH ? null : Utf8.decode(key))
                .filter(id -> id.length() <= MAX_ID_LENGTH && Storable.text(id));
    }

    private static String name(ObjectNode value, String member) {
        String text = value.path(member).asText("");
        return text.length() > MAX_NAME_LENGTH ? text.substring(0, MAX_NAME_LENGTH) : text;
    }

    /** Its message says what is wrong with the record. */
    static final class UnreadableRecordException extends Exception {

        private static final long serialVersionUID = 1L;

        UnreadableRecordException(String message) {
            super(message);
        }
    }
}
