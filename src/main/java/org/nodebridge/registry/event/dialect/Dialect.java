// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** The envelopes in use, and where each keeps id, time and source. */
enum Dialect {
    /** The bridge's own: the one the design document shows, and the one the registry writes. */
    BRIDGE("event_id", "event_timestamp", "source_node_id"),
    /** The bridge's documents, which name time and source differently from its code. */
    BRIDGE_DOCUMENT("event_id", "timestamp", "source_node"),
    /** The infra project's, whose topic usually tells the event type. */
    INFRA("envelope_id", "envelope_timestamp", null),
    /** The core project's shutdown event: everything in one object, without an envelope. */
    CORE("event_id", "timestamp", null);

    private static final Set<String> BRIDGE_FIELDS = bridgeFields(BRIDGE);
    private static final Set<String> BRIDGE_DOCUMENT_FIELDS = bridgeFields(BRIDGE_DOCUMENT);
    private static final Set<String> INFRA_FIELDS = Set.of(
            "payload",
            "envelope_id",
            "envelope_timestamp",
            "envelope_version",
            "correlation_id",
            "source_tool",
            "target_tool",
            "event_type",
            "payload_type",
            "priority",
            "retry_count",
            "timeout_seconds",
            "request_id",
            "trace_id",
            "span_id",
            "onex_version",
            "metadata",
            "security_context");

    final String idField;
    final String timeField;
    /** {@code null} when the dialect does without a source. */
    final String sourceField;

    Dialect(String idField, String timeField, String sourceField) {
        this.idField = idField;
        this.timeField = timeField;
        this.sourceField = sourceField;
    }

    private static Set<String> bridgeFields(Dialect dialect) {
        return Set.of(
                "envelope_version",
                dialect.idField,
                "event_type",
                "event_version",
                dialect.timeField,
                dialect.sourceField,
                "source_service",
                "source_version",
                "source_instance",
                "correlation_id",
                "causation_id",
                "environment",
                "region",
                "partition_key",
                "payload",
                "metadata",
                "security");
    }

    /** The dialect of a record; one without marks is taken for a bridge document, the barest of them. */
    static Dialect of(ObjectNode record, EventKind kind) {
        if (kind == EventKind.SHUTDOWN && !record.hasNonNull("payload")) {
            return CORE;
        }
        if (record.has(INFRA.idField) || record.has(INFRA.timeField) || record.path("envelope_version").isObject()) {
            return INFRA;
        }
        if (record.has(BRIDGE.timeField) || record.has(BRIDGE.sourceField)) {
            return BRIDGE;
        }
        return BRIDGE_DOCUMENT;
    }

    /** Whether the event type is part of the envelope, so that leaving it to the topic is a leniency. */
    boolean namesEventType() {
        return this == BRIDGE || this == BRIDGE_DOCUMENT;
    }

    boolean identifiesNodesByUuid() {
        return this == INFRA || this == CORE;
    }

    /** The fields an envelope of this dialect may have. */
    Set<String> envelopeFields() {
        return switch (this) {
            case BRIDGE -> BRIDGE_FIELDS;
            case BRIDGE_DOCUMENT -> BRIDGE_DOCUMENT_FIELDS;
            case INFRA -> INFRA_FIELDS;
            case CORE -> PayloadFields.DEPARTURE;
        };
    }
}
