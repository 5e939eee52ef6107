// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import java.util.List;
import java.util.Set;
import org.nodebridge.registry.event.Fields;
import org.nodebridge.registry.event.Leniency;

/** What the bridge's code and its documents agree on: all but the names of time and source. */
abstract class BridgeFamily implements Dialect {

    private static final String ID = "event_id";

    private static final Set<String> INTROSPECTION = Set.of(
            "node_id",
            "node_type",
            "node_role",
            "node_version",
            "capabilities",
            "endpoints",
            "metadata",
            "timestamp",
            "correlation_id",
            "network_id",
            "deployment_id",
            "epoch");

    private static final Set<String> HEARTBEAT = Set.of(
            "node_id",
            "node_type",
            "health_status",
            "uptime_seconds",
            "last_activity_timestamp",
            "active_operations",
            "resource_usage",
            "metadata",
            "timestamp",
            "correlation_id");

    private final String timeField;
    private final String sourceField;
    private final Set<String> envelopeFields;

    BridgeFamily(String timeField, String sourceField) {
        this.timeField = timeField;
        this.sourceField = sourceField;
        this.envelopeFields = Set.of(
                "envelope_version",
                ID,
                "event_type",
                "event_version",
                timeField,
                sourceField,
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

    @Override
    public final String idField() {
        return ID;
    }

    @Override
    public final String timeField() {
        return timeField;
    }

    @Override
    public final String sourceField() {
        return sourceField;
    }

    @Override
    public final boolean namesEventType() {
        return true;
    }

    @Override
    public final boolean countsEpochsFromOne() {
        return true;
    }

    @Override
    public final Set<String> envelopeFields() {
        return envelopeFields;
    }

    @Override
    public final Set<String> introspectionFields() {
        return INTROSPECTION;
    }

    @Override
    public final Set<String> heartbeatFields() {
        return HEARTBEAT;
    }

    @Override
    public final List<String> capabilityFields() {
        return List.of("capabilities");
    }

    @Override
    public final void checkHeartbeat(Fields payload, Double uptime) {
        if (!payload.has("health_status")) {
            payload.error("health_status", "is missing");
        }
        if (uptime != null && uptime != Math.rint(uptime)) {
            payload.lenient(Leniency.FRACTIONAL_UPTIME, "uptime_seconds", "must be a whole number");
        }
        if (!payload.has("last_activity_timestamp")) {
            payload.lenient(Leniency.MISSING_LAST_ACTIVITY, "last_activity_timestamp", "is missing");
        }
    }
}
