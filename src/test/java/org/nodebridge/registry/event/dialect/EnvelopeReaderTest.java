// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.brokenFields;
import static org.nodebridge.registry.event.dialect.WireSamples.json;
import static org.nodebridge.registry.event.dialect.WireSamples.payload;
import static org.nodebridge.registry.event.dialect.WireSamples.read;
import static org.nodebridge.registry.event.dialect.WireSamples.readStrictly;
import static org.nodebridge.registry.event.dialect.WireSamples.tree;
import static org.nodebridge.registry.event.dialect.WireSamples.utf8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.Leniency;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.event.NodeType;

class EnvelopeReaderTest {

    private final ObjectNode bridge = tree("bridge_introspection_effect");
    private final ObjectNode infra = tree("infra_introspection_effect");

    @Test
    void namesAllBrokenFieldsAtOnce() {
        bridge.put("event_id", "1-1-1-1-1");
        bridge.put("event_timestamp", "yesterday");
        payload(bridge).put("node_id", "  ");
        payload(bridge).put("node_type", "COMPUTE_GENERIC");
        payload(bridge).put("node_role", 5);
        payload(bridge).put("epoch", 1.5);
        payload(bridge).put("capabilities", "all");
        payload(bridge).putObject("endpoints").put("api", "not a url").putNull("health");

        assertThat(brokenFields(read(bridge)))
                .containsExactlyInAnyOrder(
                        "event_id",
                        "event_timestamp",
                        "payload.node_id",
                        "payload.node_type",
                        "payload.node_role",
                        "payload.epoch",
                        "payload.capabilities",
                        "payload.endpoints.api",
                        "payload.endpoints.health");
    }

    @Test
    void namesTheEnvelopesFaultsWhenThereIsNoPayloadToRead() {
        bridge.remove("payload");
        bridge.put("event_id", "none");

        assertThat(brokenFields(read(bridge))).containsExactlyInAnyOrder("payload", "event_id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"event_id", "envelope_id"})
    void needsTheEventIdOfTheDialect(String field) {
        ObjectNode record = field.equals("event_id") ? bridge : infra;
        record.remove(field);

        assertThat(brokenFields(read(record))).containsExactly(field);
    }

    @Test
    void needsAUuidForANodeOfTheInfraDialect() {
        payload(infra).put("node_id", "metadata-stamping-1");

        assertThat(brokenFields(read(infra))).containsExactly("payload.node_id");
    }

    @Test
    void takesAUuidInCapitalsForTheSameNode() {
        String nodeId = payload(infra).get("node_id").textValue();
        payload(infra).put("node_id", nodeId.toUpperCase(Locale.ROOT));

        assertThat(read(infra)).isInstanceOfSatisfying(Introduced.class, event -> assertThat(event.node().nodeId())
                .isEqualTo(nodeId));
    }

    @Test
    void countsCharactersAndNotUnitsOfAnId() {
        payload(bridge).put("node_id", "😀".repeat(255));
        assertThat(read(bridge)).isInstanceOf(Introduced.class);

        payload(bridge).put("node_id", "😀".repeat(256));
        assertThat(brokenFields(read(bridge))).containsExactly("payload.node_id");
    }

    @ParameterizedTest
    @CsvSource({"-1", "1.0", "'\"1\"'", "true", "-9223372036854775809", "1e18", "[]"})
    void rejectsAnEpochThatIsNoCount(String epoch) {
        payload(bridge).set("epoch", json(epoch));

        assertThat(brokenFields(read(bridge))).containsExactly("payload.epoch");
    }

    @Test
    void readsANullOrAbsentEpochAsNone() {
        payload(infra).putNull("epoch");
        assertThat(read(infra)).isInstanceOfSatisfying(Introduced.class, event -> assertThat(event.version().epoch())
                .isNull());

        payload(infra).remove("epoch");
        assertThat(read(infra)).isInstanceOfSatisfying(Introduced.class, event -> assertThat(event.version().epoch())
                .isNull());
    }

    @Test
    void readsTypesInAnotherCaseAndCountsThem() {
        payload(bridge).put("node_type", "EFFECT");

        assertThat(read(bridge)).isInstanceOfSatisfying(Introduced.class, event -> {
            assertThat(event.node().type()).isEqualTo(NodeType.EFFECT);
            assertThat(event.leniencies()).containsExactly(Leniency.ENUM_CASE);
        });
        assertThat(brokenFields(readStrictly(bridge))).containsExactly("payload.node_type");
    }

    @Test
    void rejectsAReasonOutsideTheInfraDialect() {
        payload(infra).put("reason", "boredom");

        assertThat(brokenFields(read(infra))).containsExactly("payload.reason");
    }

    @Test
    void readsMissingCapabilitiesEndpointsAndMetadataAsEmpty() {
        payload(bridge).remove("capabilities");
        payload(bridge).putNull("endpoints");
        payload(bridge).remove("metadata");

        assertThat(read(bridge)).isInstanceOfSatisfying(Introduced.class, event -> {
            assertThat(event.node().capabilities()).isEmpty();
            assertThat(event.node().endpoints()).isEmpty();
            assertThat(event.node().metadata()).isEmpty();
            assertThat(event.node().healthEndpoint()).isNull();
        });
    }

    @Test
    void mergesTheCapabilitiesOfTheInfraDialectTheDeclaredOnesFirst() {
        payload(infra).set("declared_capabilities", json("{\"a\":1}"));
        payload(infra).set("discovered_capabilities", json("{\"a\":2,\"b\":2}"));
        payload(infra).set("contract_capabilities", json("{\"a\":3,\"b\":3,\"c\":3}"));

        assertThat(read(infra)).isInstanceOfSatisfying(Introduced.class, event -> assertThat(
                event.node().capabilities())
                .isEqualTo(json("{\"a\":1,\"b\":2,\"c\":3}")));
    }

    @Test
    void namesEachOfTheInfraDialectsCapabilitiesThatIsNoObject() {
        payload(infra).set("declared_capabilities", json("[]"));
        payload(infra).set("contract_capabilities", json("7"));

        assertThat(brokenFields(read(infra)))
                .containsExactlyInAnyOrder("payload.declared_capabilities", "payload.contract_capabilities");
    }

    @ParameterizedTest
    @CsvSource({
        "NODE_HEARTBEAT, Heartbeat", "node-heartbeat, Heartbeat", "Node_Heartbeat, Heartbeat",
    })
    void believesTheEventTypeMoreThanTheTopic(String eventType, String kind) {
        ObjectNode heartbeat = tree("bridge_heartbeat").put("event_type", eventType);

        assertThat(WireSamples.LENIENT
                .read(TopicKind.INTROSPECTION, utf8(heartbeat), null, RECEIVED)
                .getClass()
                .getSimpleName())
                .isEqualTo(kind);
    }

    @Test
    void letsTheTopicTellTheKindOfAnEventThatDoesNot() {
        ObjectNode heartbeat = tree("bridge_heartbeat");
        heartbeat.remove("event_type");

        assertThat(WireSamples.LENIENT.read(TopicKind.HEARTBEAT, utf8(heartbeat), null, RECEIVED))
                .isInstanceOfSatisfying(Heartbeat.class, event -> assertThat(event.leniencies())
                        .containsExactly(Leniency.MISSING_EVENT_TYPE));
        assertThat(brokenFields(WireSamples.STRICT.read(TopicKind.HEARTBEAT, utf8(heartbeat), null, RECEIVED)))
                .containsExactly("event_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"NODE_SOMETHING\"", "\"\"", "7", "{}"})
    void rejectsAnUnknownEventType(String eventType) {
        bridge.set("event_type", json(eventType));

        assertThat(brokenFields(read(bridge))).containsExactly("event_type");
    }

    @ParameterizedTest
    @CsvSource({
        "uptime_seconds, -1", "uptime_seconds, '\"1\"'", "active_operations, -1", "active_operations, 1.5",
        "health_status, null", "health_status, '\"sleepy\"'", "node_type, null", "resource_usage, []",
        "cpu_usage_percent, 100.1", "memory_usage_mb, -0.1",
    })
    void rejectsHeartbeatsWithBrokenFields(String field, String value) {
        ObjectNode heartbeat = tree("bridge_heartbeat");
        payload(heartbeat).set(field, json(value));

        assertThat(brokenFields(read(heartbeat))).containsExactly("payload." + field);
    }

    @ParameterizedTest
    @CsvSource({
        "cpu_percent, 101", "memory_percent, 100.5", "disk_usage_percent, -1", "memory_mb, -1",
        "network_connections, -1", "thread_count, 1.5",
    })
    void rejectsHeartbeatsWithBrokenResourceUsage(String field, String value) {
        ObjectNode heartbeat = tree("bridge_heartbeat");
        ((ObjectNode) payload(heartbeat).get("resource_usage")).set(field, json(value));

        assertThat(brokenFields(read(heartbeat))).containsExactly("payload.resource_usage." + field);
    }

    @Test
    void prefersThePayloadsCorrelationIdToTheEnvelopes() {
        payload(bridge).put("correlation_id", "8f14e45f-ceea-467f-ab9d-1c1f2d3a4b5c");

        assertThat(read(bridge)).isInstanceOfSatisfying(Introduced.class, event -> assertThat(event.correlationId())
                .isEqualTo("8f14e45f-ceea-467f-ab9d-1c1f2d3a4b5c"));
    }

    @Test
    void keepsACorrelationIdThatIsNoUuidUpTo128Characters() {
        bridge.put("correlation_id", "r".repeat(128));
        assertThat(read(bridge)).isInstanceOfSatisfying(Introduced.class, event -> {
            assertThat(event.correlationId()).isEqualTo("r".repeat(128));
            assertThat(event.leniencies()).containsExactly(Leniency.CORRELATION_ID_FORMAT);
        });

        bridge.put("correlation_id", "r".repeat(129));
        assertThat(read(bridge)).isInstanceOfSatisfying(Unreadable.class, event -> {
            assertThat(brokenFields(event)).containsExactly("correlation_id");
            assertThat(event.correlationId()).isNull();
        });
    }

    @Test
    void readsEnvironmentAndRegionOfTheEnvelopeBeforeTheMetadatas() {
        bridge.put("region", "eu-1").put("environment", 7);
        payload(bridge).set("metadata", json("{\"region\":\"us-1\",\"environment\":\"staging\",\"version\":1}"));

        assertThat(read(bridge)).isInstanceOfSatisfying(Introduced.class, event -> {
            assertThat(event.node().region()).isEqualTo("eu-1");
            assertThat(event.node().environment()).isEqualTo("staging");
            assertThat(event.node().nodeVersion()).isNull();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"major\":1,\"minor\":2,\"patch\":3,\"prerelease\":\"rc.1\",\"build\":\"7\"}', 1.2.3-rc.1+7, false",
        "'{\"major\":1,\"minor\":2,\"patch\":3,\"prerelease\":[\"rc\",1]}', 1.2.3-rc.1, false",
        "'{\"major\":1}', 1.0.0, true",
        "'\"v3\"', v3, true",
        "7, 1.0.0, true",
    })
    void readsNodeVersionsAsTextOrObject(String wire, String expected, boolean lenient) {
        payload(infra).set("node_version", json(wire));

        assertThat(read(infra)).isInstanceOfSatisfying(Introduced.class, event -> {
            assertThat(event.node().nodeVersion()).isEqualTo(expected);
            assertThat(event.leniencies().contains(Leniency.VERSION_FORMAT)).isEqualTo(lenient);
        });
    }

    @Test
    void keepsUnknownFieldsOutOfTheWayAndCountsThem() {
        bridge.put("colour", "blue");
        payload(bridge).put("shape", "round");

        assertThat(read(bridge)).isInstanceOfSatisfying(Introduced.class, event -> assertThat(event.leniencies())
                .containsExactly(Leniency.UNKNOWN_FIELD));
        assertThat(brokenFields(readStrictly(bridge))).containsExactlyInAnyOrder("colour", "payload.shape");
    }

    @Test
    void keepsNumbersAsTheyWereWritten() {
        byte[] record = new String(utf8(bridge), StandardCharsets.UTF_8)
                .replace("10485760", "12345678901234567.890")
                .getBytes(StandardCharsets.UTF_8);

        assertThat(read(record)).isInstanceOfSatisfying(Introduced.class, event -> assertThat(
                event.node().capabilities().get("max_file_size"))
                .hasToString("12345678901234567.890"));
    }

    @Test
    void handsOutEndpointsInTheOrderSentAndUnmodifiable() {
        payload(bridge).set("endpoints", json("{\"z\":\"http://h/z\",\"a\":\"http://h/a\"}"));

        assertThat(read(bridge)).isInstanceOfSatisfying(Introduced.class, event -> {
            assertThat(event.node().endpoints().keySet()).containsExactly("z", "a");
            assertThat(event.node().endpoints()).isUnmodifiable();
            assertThat(event.leniencies()).isUnmodifiable();
        });
    }

    /** One record with such an epoch would outrank all that the node ever says again. */
    @ParameterizedTest
    @ValueSource(strings = {
        "100000000000000", "9007199254740993", "9223372036854775807", "9223372036854775808",
        "100000000000000000000000000000000000"
    })
    void countsAnEpochBeyondPlausibilityAsNone(String epoch) {
        payload(bridge).set("epoch", json(epoch));

        assertThat(read(bridge)).isInstanceOfSatisfying(Introduced.class, event -> {
            assertThat(event.version().epoch()).isNull();
            assertThat(event.leniencies()).contains(Leniency.EPOCH_IMPLAUSIBLE);
        });
        assertThat(brokenFields(readStrictly(bridge))).contains("payload.epoch");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1_759_494_896L, 1_759_494_896_123L, 99_999_999_999_999L})
    void keepsAnEpochThatIsACounterOrATime(long epoch) {
        payload(bridge).put("epoch", epoch);

        assertThat(read(bridge)).isInstanceOfSatisfying(
                Introduced.class, event -> assertThat(event.version().epoch()).isEqualTo(epoch));
    }
}
