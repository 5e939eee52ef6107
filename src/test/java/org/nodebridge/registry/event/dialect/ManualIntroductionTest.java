// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.event.dialect.WireSamples.LENIENT;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.STRICT;
import static org.nodebridge.registry.event.dialect.WireSamples.brokenFields;
import static org.nodebridge.registry.event.dialect.WireSamples.errors;
import static org.nodebridge.registry.event.dialect.WireSamples.json;
import static org.nodebridge.registry.event.dialect.WireSamples.utf8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.Leniency;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeType;

class ManualIntroductionTest {

    private final ObjectNode body = (ObjectNode) json("""
            {"node_id": "my-service-1", "node_type": "effect",
             "capabilities": {"operations": ["process", "transform"], "max_throughput": 1000},
             "endpoints": {"health": "http://my-service:8080/health", "api": "http://my-service:8080/api/v1"},
             "metadata": {"version": "1.0.0", "environment": "production"}}""");

    @Test
    void readsTheBodyOfTheDesignDocumentWithoutLeniencyEvenStrictly() {
        assertThat(STRICT.readIntroduction(body, RECEIVED)).isInstanceOfSatisfying(Introduced.class, event -> {
            assertThat(event.node().nodeId()).isEqualTo("my-service-1");
            assertThat(event.node().type()).isEqualTo(NodeType.EFFECT);
            assertThat(event.node().capabilities()).isEqualTo(body.get("capabilities"));
            assertThat(event.node().endpoints())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "health", "http://my-service:8080/health", "api", "http://my-service:8080/api/v1"));
            assertThat(event.node().nodeVersion()).isEqualTo("1.0.0");
            assertThat(event.node().environment()).isEqualTo("production");
            assertThat(event.version().eventTime()).isEqualTo(RECEIVED);
            assertThat(event.version().epoch()).isNull();
            assertThat(event.receivedAt()).isEqualTo(RECEIVED);
            assertThat(event.correlationId()).isNull();
            assertThat(event.leniencies()).isEmpty();
        });
    }

    @Test
    void givesEachReadingAnIdOfItsOwn() {
        Introduced first = (Introduced) LENIENT.readIntroduction(body, RECEIVED);
        Introduced second = (Introduced) LENIENT.readIntroduction(body, RECEIVED);

        assertThat(first.version().eventId()).isNotEqualTo(second.version().eventId());
    }

    @Test
    void takesTimeEpochAndCorrelationIdFromTheBody() {
        body.put("timestamp", "2026-05-05T05:05:05Z")
                .put("epoch", 7)
                .put("correlation_id", "8f14e45f-ceea-467f-ab9d-1c1f2d3a4b5c");

        assertThat(LENIENT.readIntroduction(body, RECEIVED)).isInstanceOfSatisfying(Introduced.class, event -> {
            assertThat(event.version().eventTime()).isEqualTo("2026-05-05T05:05:05Z");
            assertThat(event.version().epoch()).isEqualTo(7);
            assertThat(event.correlationId()).isEqualTo("8f14e45f-ceea-467f-ab9d-1c1f2d3a4b5c");
        });
    }

    @Test
    void setsAClockBackThatIsAhead() {
        body.put("timestamp", RECEIVED.plusSeconds(301).toString());

        assertThat(LENIENT.readIntroduction(body, RECEIVED)).isInstanceOfSatisfying(Introduced.class, event -> {
            assertThat(event.version().eventTime()).isEqualTo(RECEIVED);
            assertThat(event.leniencies()).containsExactly(Leniency.CLOCK_AHEAD);
        });
    }

    @Test
    void namesEveryBrokenFieldByItsPathInTheBody() {
        body.put("node_id", "a\u0000").put("node_type", "registry").put("timestamp", "soon").put("epoch", -1);
        ((ObjectNode) body.get("endpoints")).put("health", "nowhere");

        assertThat(brokenFields(LENIENT.readIntroduction(body, RECEIVED)))
                .containsExactlyInAnyOrder("node_id", "node_type", "timestamp", "epoch", "endpoints.health");
    }

    @Test
    void registersNobodyWhoSaysThatItShutsDown() {
        ((ObjectNode) body.get("metadata")).put("broadcast_reason", "shutdown");

        assertThat(brokenFields(LENIENT.readIntroduction(body, RECEIVED))).containsExactly("metadata.broadcast_reason");
    }

    @Test
    void saysThatThePayloadIsExpectedToWhoSendsAnEnvelope() {
        ObjectNode envelope =
                (ObjectNode) json("{\"envelope_id\": \"8f14e45f-ceea-467f-ab9d-1c1f2d3a4b5c\", \"x\": 1}");
        envelope.set("payload", body);

        for (EnvelopeReader reader : List.of(LENIENT, STRICT)) {
            assertThat(errors(reader.readIntroduction(envelope, RECEIVED))).singleElement().satisfies(error -> {
                assertThat(error.field()).isEqualTo("payload");
                assertThat(error.message()).contains("envelope, as on Kafka").contains("payload is expected by itself");
            });
            assertThat(brokenFields(reader.readHeartbeat(utf8(envelope), "a", RECEIVED))).containsExactly("payload");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "7", "\"node\""})
    void rejectsABodyThatIsNoObject(String text) {
        assertThat(brokenFields(LENIENT.readIntroduction(json(text), RECEIVED))).containsExactly("$");
        assertThat(brokenFields(LENIENT.readIntroduction(utf8(text), RECEIVED))).containsExactly("$");
    }

    @Test
    void rejectsNumbersThatAnotherParserLetThrough() {
        ((ObjectNode) body.get("capabilities")).put("max_throughput", Double.POSITIVE_INFINITY);

        assertThat(brokenFields(LENIENT.readIntroduction(body, RECEIVED)))
                .containsExactly("capabilities.max_throughput");
    }

    @Test
    void readsBytesAsItReadsATree() {
        assertThat(LENIENT.readIntroduction(utf8(body), RECEIVED)).isInstanceOfSatisfying(Introduced.class,
                event -> assertThat(event.node())
                        .isEqualTo(((Introduced) LENIENT.readIntroduction(body, RECEIVED)).node()));
    }
}
