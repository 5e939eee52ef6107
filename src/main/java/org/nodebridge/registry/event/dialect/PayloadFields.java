// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nodebridge.registry.event.Leniency;

/** The fields each kind of payload may have; any other is {@link Leniency#UNKNOWN_FIELD}. */
final class PayloadFields {

    private static final Set<String> BRIDGE_INTROSPECTION = Set.of(
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

    private static final Set<String> INFRA_INTROSPECTION = Set.of(
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

    private static final Set<String> BRIDGE_HEARTBEAT = Set.of(
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

    private static final Set<String> INFRA_HEARTBEAT = Set.of(
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

    /** Whichever dialect a heartbeat without an envelope is in. */
    static final Set<String> ANY_HEARTBEAT = Stream.concat(BRIDGE_HEARTBEAT.stream(), INFRA_HEARTBEAT.stream())
            .collect(Collectors.toUnmodifiableSet());

    /** One set for all departures: they are too few and too alike to be told apart by their fields. */
    static final Set<String> DEPARTURE = Set.of(
            "event_type",
            "event_id",
            "node_id",
            "node_name",
            "node_type",
            "service_id",
            "timestamp",
            "correlation_id",
            "epoch",
            "metadata",
            "data",
            "reason",
            "removal_reason",
            "removal_timestamp",
            "shutdown_reason",
            "shutdown_initiated_at",
            "final_status",
            "final_metrics",
            "uptime_seconds",
            "requests_processed",
            "cleanup_actions",
            "cleanup_errors",
            "restart_expected",
            "restart_delay_seconds",
            "replacement_node_id");

    private PayloadFields() {}

    static Set<String> of(Dialect dialect, EventKind kind) {
        return switch (kind) {
            case INTROSPECTION -> dialect == Dialect.INFRA ? INFRA_INTROSPECTION : BRIDGE_INTROSPECTION;
            case HEARTBEAT -> dialect == Dialect.INFRA ? INFRA_HEARTBEAT : BRIDGE_HEARTBEAT;
            default -> DEPARTURE;
        };
    }
}
