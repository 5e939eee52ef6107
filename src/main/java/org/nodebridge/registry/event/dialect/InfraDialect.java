// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nodebridge.registry.event.Fields;
import org.nodebridge.registry.event.Leniency;

/** The infra project's, whose topic usually tells the event type. */
final class InfraDialect implements Dialect {

    private static final Set<String> ENVELOPE = Set.of(
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

    private static final Set<String> INTROSPECTION = Set.of(
            "event_type",
            "node_id",
            "node_name",
            "node_type",
            "node_role",
            "node_version",
            "declared_capabilities",
            "discovered_capabilities",
            "contract_capabilities",
            "endpoints",
            "current_state",
            "reason",
            "metadata",
            "timestamp",
            "correlation_id",
            "network_id",
            "deployment_id",
            "epoch",
            "performance_metrics",
            "event_bus",
            "resolved_feature_flags");

    private static final Set<String> HEARTBEAT = Set.of(
            "event_type",
            "node_id",
            "node_name",
            "node_type",
            "node_version",
            "uptime_seconds",
            "active_operations_count",
            "memory_usage_mb",
            "cpu_usage_percent",
            "flow_window",
            "timestamp",
            "correlation_id");

    private static final List<String> CAPABILITIES =
            List.of("declared_capabilities", "discovered_capabilities", "contract_capabilities");

    private static final Set<String> REASONS =
            Set.of("startup", "shutdown", "request", "heartbeat", "health_change", "capability_change");

    @Override
    public String name() {
        return "infra";
    }

    @Override
    public boolean recognizes(ObjectNode record, EventKind named) {
        return record.has(idField()) || record.has(timeField()) || record.path("envelope_version").isObject();
    }

    @Override
    public String idField() {
        return "envelope_id";
    }

    @Override
    public String timeField() {
        return "envelope_timestamp";
    }

    @Override
    public boolean identifiesNodesByUuid() {
        return true;
    }

    @Override
    public Set<String> envelopeFields() {
        return ENVELOPE;
    }

    @Override
    public Set<String> introspectionFields() {
        return INTROSPECTION;
    }

    @Override
    public Set<String> heartbeatFields() {
        return HEARTBEAT;
    }

    @Override
    public List<String> capabilityFields() {
        return CAPABILITIES;
    }

    @Override
    public void checkIntrospection(Fields payload) {
        payload.oneOf("reason", name -> REASONS.contains(name) ? Optional.of(name) : Optional.empty());
        if (!payload.has("correlation_id")) {
            payload.lenient(Leniency.MISSING_CORRELATION_ID, "correlation_id", "is missing");
        }
    }
}
