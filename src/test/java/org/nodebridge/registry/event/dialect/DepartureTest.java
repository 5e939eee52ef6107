// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.event.dialect.WireSamples.brokenFields;
import static org.nodebridge.registry.event.dialect.WireSamples.json;
import static org.nodebridge.registry.event.dialect.WireSamples.payload;
import static org.nodebridge.registry.event.dialect.WireSamples.read;
import static org.nodebridge.registry.event.dialect.WireSamples.readStrictly;
import static org.nodebridge.registry.event.dialect.WireSamples.tree;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.Leniency;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Ignored;

class DepartureTest {

    private final ObjectNode tombstone = tree("bridge_plan_tombstone");
    private final ObjectNode shutdown = tree("core_shutdown_maintenance");

    @ParameterizedTest
    @CsvSource({"bridge_introspection_shutdown_reason", "infra_introspection_shutdown"})
    void readsAShutdownInAnyCaseAndCountsIt(String sample) {
        ObjectNode record = tree(sample);
        if (payload(record).has("reason")) {
            payload(record).put("reason", "SHUTDOWN");
        } else {
            ((ObjectNode) payload(record).get("metadata")).put("broadcast_reason", "Shutdown");
        }

        assertThat(read(record)).isInstanceOfSatisfying(Departed.class, event -> assertThat(event.leniencies())
                .containsExactly(Leniency.ENUM_CASE));
        assertThat(brokenFields(readStrictly(record))).singleElement().asString().endsWith("reason");
    }

    @Test
    void departsAlthoughCapabilitiesAndEndpointsAreBroken() {
        ObjectNode record = tree("bridge_introspection_shutdown_reason");
        payload(record).put("capabilities", "none").put("endpoints", 7);

        assertThat(read(record)).isInstanceOf(Departed.class);
    }

    @Test
    void holdsDeparturesToTheRulesOfIdentity() {
        ObjectNode record = tree("bridge_introspection_shutdown_reason");
        payload(record).put("node_id", "").put("epoch", -1).remove("node_type");

        assertThat(brokenFields(read(record)))
                .containsExactlyInAnyOrder("payload.node_id", "payload.epoch", "payload.node_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"graceful_shutdown", "lease_expired", "manual_deregistration"})
    void keepsTheReasonOfATombstone(String reason) {
        payload(tombstone).put("removal_reason", reason);

        assertThat(read(tombstone)).isInstanceOfSatisfying(Departed.class, event -> assertThat(event.reason())
                .isEqualTo(reason));
    }

    @ParameterizedTest
    @CsvSource({"null", "'\"boredom\"'", "7"})
    void rejectsATombstoneWithoutAReasonThatMeansSomething(String reason) {
        payload(tombstone).set("removal_reason", json(reason));

        assertThat(brokenFields(read(tombstone))).containsExactly("payload.removal_reason");
    }

    @Test
    void readsADeregistrationWithAndWithoutReason() {
        tombstone.put("event_type", "node-deregistration");
        payload(tombstone).put("removal_reason", "lease_expired");
        assertThat(read(tombstone)).isInstanceOfSatisfying(Departed.class, event -> assertThat(event.reason())
                .isEqualTo("lease_expired"));

        payload(tombstone).remove("removal_reason");
        assertThat(read(tombstone)).isInstanceOfSatisfying(Departed.class, event -> {
            assertThat(event.reason()).isEqualTo("manual_deregistration");
            assertThat(event.leniencies()).isEmpty();
        });
    }

    @Test
    void readsACoreShutdownInAnEnvelopeOfTheInfraDialect() {
        ObjectNode envelope = tree("infra_heartbeat");
        envelope.set("payload", shutdown);

        assertThat(read(envelope)).isInstanceOfSatisfying(Departed.class, event -> {
            assertThat(event.nodeId()).isEqualTo("0b8f7a56-3f65-4a6e-9f3a-6a2f1f0e1c04");
            assertThat(event.reason()).isEqualTo("maintenance");
            assertThat(event.restartExpected()).isTrue();
            assertThat(event.restartDelay()).isEqualTo(Duration.ofMinutes(1));
            assertThat(event.version().eventId()).hasToString("2f0d2b7e-0f2c-4d55-8a64-7b0c6c1d9e11");
            assertThat(event.version().eventTime()).isEqualTo("2025-01-15T12:00:00Z");
        });
    }

    @Test
    void readsACoreShutdownInAnEnvelopeOfTheBridgeDialect() {
        ObjectNode envelope = tree("bridge_introspection_effect").put("event_type", "NODE_SHUTDOWN_EVENT");
        envelope.set("payload", json("{\"node_id\":\"free text\",\"shutdown_reason\":\"FORCED\"}"));

        assertThat(read(envelope)).isInstanceOfSatisfying(Departed.class, event -> {
            assertThat(event.nodeId()).isEqualTo("free text");
            assertThat(event.type()).isNull();
            assertThat(event.reason()).isEqualTo("forced");
            assertThat(event.restartExpected()).isFalse();
        });
    }

    @Test
    void neverRegistersANodeThatSaysWhyItLeftThoughNoTypeSaysSo() {
        ObjectNode envelope = tree("infra_introspection_effect");
        payload(envelope).put("removal_reason", "lease_expired");
        assertThat(read(envelope)).isInstanceOf(Departed.class);

        payload(envelope).put("shutdown_reason", "error").remove("removal_reason");
        assertThat(read(envelope)).isInstanceOf(Departed.class);
    }

    @Test
    void ignoresARequestThatOnlyItsPayloadNames() {
        ObjectNode envelope = tree("infra_heartbeat");
        envelope.set("payload", tree("core_request_introspection"));

        assertThat(read(envelope)).isEqualTo(new Ignored("request_real_time_introspection"));
    }

    @Test
    void namesAllThatIsBrokenInACoreShutdown() {
        shutdown.put("node_id", "no-uuid")
                .put("event_id", 7)
                .put("timestamp", "then")
                .put("shutdown_reason", "boredom")
                .put("restart_expected", "yes")
                .put("restart_delay_seconds", -1);

        assertThat(brokenFields(read(shutdown)))
                .containsExactlyInAnyOrder(
                        "node_id",
                        "event_id",
                        "timestamp",
                        "shutdown_reason",
                        "restart_expected",
                        "restart_delay_seconds");
    }

    @Test
    void namesAnUnknownTypeInAPayloadWhoseEnvelopeIsSilent() {
        ObjectNode envelope = tree("infra_introspection_effect");
        payload(envelope).put("event_type", "node_teleported");

        assertThat(brokenFields(read(envelope))).containsExactly("payload.event_type");
    }
}
