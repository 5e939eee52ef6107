// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.UUID;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.WireJson;

/**
 * Writes what the registry itself publishes, in the bridge's dialect, as UTF-8 JSON.
 *
 * <p>{@link EnvelopeReader} reads introspection events and departures back to equal events, but for the receipt and for
 * the leniencies of the dialect they first came in.
 */
public final class EnvelopeWriter {

    private static final String SOURCE_SERVICE = "node-bridge-registry";
    private static final String SOURCE_VERSION = "1.0.0";

    private EnvelopeWriter() {}

    /**
     * The request that makes nodes introduce themselves.
     *
     * @param registryId 1 to 128 letters, digits, {@code _} or {@code -}
     * @param reason such as {@code startup} or {@code recovery}
     * @param targetTypes the types of node that shall answer, {@code null} for all
     * @param timeoutMs how long nodes may take to answer, 1 to 30000 milliseconds
     * @param correlationId what the answers will carry
     */
    public static byte[] introspectionRequest(
            String registryId,
            String reason,
            Collection<NodeType> targetTypes,
            int timeoutMs,
            UUID correlationId,
            Instant now,
            UUID eventId) {
        ObjectNode payload = object();
        payload.put("registry_id", registryId);
        payload.put("request_timestamp", time(now));
        addQuestion(payload, reason, targetTypes, timeoutMs);
        payload.putObject("metadata");
        payload.put("correlation_id", correlationId.toString());
        ObjectNode summary = object();
        addQuestion(summary, reason, targetTypes, timeoutMs);
        ObjectNode envelope = envelope("registry_request_introspection", eventId, now, registryId);
        envelope.put("correlation_id", correlationId.toString());
        envelope.put("partition_key", registryId);
        return bytes(envelope.<ObjectNode>set("payload", payload).set("metadata", summary));
    }

    /** An introspection event that did not come by Kafka, so that it takes the way of all the others. */
    public static byte[] introduction(NodeEvent.Introduced event, String registryId) {
        NodeDescription node = event.node();
        ObjectNode payload = object();
        payload.put("node_id", node.nodeId());
        payload.put("node_type", node.type().wireName());
        payload.put("node_role", node.role());
        if (node.nodeVersion() != null && !node.nodeVersion().equals(node.metadata().path("version").textValue())) {
            payload.put("node_version", node.nodeVersion());
        }
        payload.set("capabilities", node.capabilities());
        ObjectNode endpoints = payload.putObject("endpoints");
        node.endpoints().forEach(endpoints::put);
        payload.set("metadata", node.metadata());
        payload.put("timestamp", time(event.version().eventTime()));
        payload.put("correlation_id", event.correlationId());
        payload.put("network_id", node.networkId());
        payload.put("deployment_id", node.deploymentId());
        payload.put("epoch", event.version().epoch());
        ObjectNode summary = object();
        summary.put("node_type", node.type().wireName());
        summary.put("capabilities_count", node.capabilities().size());
        summary.put("endpoints_count", node.endpoints().size());
        ObjectNode envelope =
                envelope("node_introspection", event.version().eventId(), event.version().eventTime(), registryId);
        envelope.put("correlation_id", event.correlationId());
        if (node.environment() != null) {
            envelope.put("environment", node.environment());
        }
        envelope.put("region", node.region());
        envelope.put("partition_key", node.nodeId());
        return bytes(envelope.<ObjectNode>set("payload", payload).set("metadata", summary));
    }

    /**
     * A departure as a tombstone, which also says whether and when the node will be back.
     *
     * @throws IllegalArgumentException when no reader would know the event's reason
     */
    public static byte[] departure(NodeEvent.Departed event, String registryId) {
        if (!DepartureReader.REASONS.contains(event.reason())) {
            throw new IllegalArgumentException("no reason to depart: " + event.reason());
        }
        ObjectNode payload = object();
        payload.put("node_id", event.nodeId());
        if (event.type() != null) {
            payload.put("node_type", event.type().wireName());
        }
        payload.put("removal_reason", event.reason());
        payload.put("removal_timestamp", time(event.version().eventTime()));
        payload.put("correlation_id", event.correlationId());
        payload.put("epoch", event.version().epoch());
        payload.put("restart_expected", event.restartExpected());
        if (event.restartDelay() != null) {
            payload.put("restart_delay_seconds", seconds(event.restartDelay()));
        }
        payload.putObject("metadata");
        ObjectNode envelope =
                envelope("node_tombstone", event.version().eventId(), event.version().eventTime(), registryId);
        envelope.put("correlation_id", event.correlationId());
        envelope.put("partition_key", event.nodeId());
        return bytes(envelope.<ObjectNode>set("payload", payload).set("metadata", object()));
    }

    /** The head of an envelope; a field of which upstream does not take null is left out when unknown. */
    private static ObjectNode envelope(String eventType, UUID eventId, Instant time, String registryId) {
        ObjectNode envelope = object();
        envelope.put("envelope_version", "1.0");
        envelope.put(Dialects.OWN.idField(), eventId.toString());
        envelope.put("event_type", eventType);
        envelope.put("event_version", "1.0");
        envelope.put(Dialects.OWN.timeField(), time(time));
        envelope.put(Dialects.OWN.sourceField(), registryId);
        envelope.put("source_service", SOURCE_SERVICE);
        envelope.put("source_version", SOURCE_VERSION);
        envelope.put("source_instance", registryId);
        envelope.putNull("causation_id");
        return envelope;
    }

    private static void addQuestion(ObjectNode to, String reason, Collection<NodeType> targetTypes, int timeoutMs) {
        to.put("reason", reason);
        if (targetTypes == null) {
            to.putNull("target_node_types");
        } else {
            ArrayNode types = to.putArray("target_node_types");
            targetTypes.forEach(type -> types.add(type.wireName()));
        }
        to.put("response_timeout_ms", timeoutMs);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** As Python writes it: before 3.11 it could not read a {@code Z}. */
    private static String time(Instant time) {
        String text = time.truncatedTo(ChronoUnit.MICROS).toString();
        return text.substring(0, text.length() - 1) + "+00:00";
    }

    private static BigDecimal seconds(Duration duration) {
        BigDecimal seconds = BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros();
        return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
    }

    private static byte[] bytes(Object envelope) {
        try {
            return WireJson.MAPPER.writeValueAsBytes(envelope);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of JSON nodes was not written", impossible);
        }
    }
}
