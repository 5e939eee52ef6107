// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.event.NodeType;

/** A heartbeat's payload that comes by itself, for a node that the request names. */
class ManualHeartbeatTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final EnvelopeReader strict = new EnvelopeReader(true, Duration.ofMinutes(5));

    @ParameterizedTest
    @ValueSource(strings = {"", "{}"})
    void needsNothing(String body) {
        Heartbeat heartbeat = (Heartbeat) read(body);

        assertThat(heartbeat.nodeId()).isEqualTo("node");
        assertThat(heartbeat.type()).isNull();
        assertThat(heartbeat.healthStatus()).isNull();
        assertThat(heartbeat.receivedAt()).isEqualTo(NOW);
        assertThat(heartbeat.version().eventTime()).isEqualTo(NOW);
    }

    @Test
    void readsTheFieldsOfAnyDialect() {
        Heartbeat heartbeat = (Heartbeat) read("{'node_id': 'node', 'node_type': 'reducer',"
                + " 'health_status': 'degraded', 'uptime_seconds': 1.5, 'active_operations_count': 3,"
                + " 'cpu_usage_percent': 20, 'resource_usage': {'memory_mb': 64},"
                + " 'timestamp': '2026-01-31T11:59:00Z'}");

        assertThat(heartbeat.type()).isEqualTo(NodeType.REDUCER);
        assertThat(heartbeat.healthStatus()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(heartbeat.uptimeSeconds()).isEqualTo(1.5);
        assertThat(heartbeat.activeOperations()).isEqualTo(3);
        assertThat(heartbeat.cpuPercent()).isEqualTo(20);
        assertThat(heartbeat.memoryMb()).isEqualTo(64);
        assertThat(heartbeat.version().eventTime()).isEqualTo(NOW.minusSeconds(60));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "{'node_id': 'another'}                      | node_id",
        "{'node_id': 7}                              | node_id",
        "{'node_type': 'registry'}                   | node_type",
        "{'health_status': 'fine'}                   | health_status",
        "{'uptime_seconds': -1}                      | uptime_seconds",
        "{'active_operations': -1}                   | active_operations",
        "{'cpu_usage_percent': 101}                  | cpu_usage_percent",
        "{'resource_usage': {'cpu_percent': 101}}    | resource_usage.cpu_percent",
        "{'what': 1}                                 | what",
        "[]                                          | $",
        "no JSON                                     | $",
    })
    void namesTheFieldThatIsBroken(String body, String field) {
        assertThat(((Unreadable) read(body)).errors()).extracting(FieldError::field).containsExactly(field);
    }

    private NodeEvent read(String body) {
        return strict.readHeartbeat(body.replace('\'', '"').getBytes(UTF_8), "node", NOW);
    }
}
