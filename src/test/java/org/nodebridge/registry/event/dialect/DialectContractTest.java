// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.event.dialect.WireSamples.LENIENT;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.STRICT;
import static org.nodebridge.registry.event.dialect.WireSamples.brokenFields;
import static org.nodebridge.registry.event.dialect.WireSamples.utf8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.event.Leniency;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;

/** What holds for each dialect; its fixtures tell what the bridge's of the same name tell, of the same node. */
class DialectContractTest {

    private static final Path FOLDER =
            Path.of("src", "test", "resources", "org", "nodebridge", "registry", "event", "dialect", "contract");
    private static final Instant OTHER_TIME = Instant.parse("2026-01-01T11:00:00Z");

    /** One record of one dialect; the kind is the fixture's name. */
    record Fixture(Dialect dialect, String kind) {

        ObjectNode record() {
            try {
                return (ObjectNode) WireSamples.json(Files.readString(file()));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }

        Path file() {
            return FOLDER.resolve(dialect.name()).resolve(kind + ".json");
        }

        ObjectNode payloadOf(ObjectNode record) {
            return dialect.wrapsPayload() ? (ObjectNode) record.get("payload") : record;
        }

        String inPayload(String field) {
            return dialect.wrapsPayload() ? "payload." + field : field;
        }

        NodeEvent read(EnvelopeReader reader, ObjectNode record) {
            TopicKind topic = kind.equals("heartbeat") ? TopicKind.HEARTBEAT : TopicKind.INTROSPECTION;
            return reader.read(topic, utf8(record), OTHER_TIME, RECEIVED);
        }

        @Override
        public String toString() {
            return dialect.name() + " " + kind;
        }
    }

    static Stream<Fixture> fixtures() {
        List<Fixture> fixtures = new ArrayList<>();
        for (Dialect dialect : Dialects.ALL) {
            if (!dialect.introspectionFields().isEmpty()) {
                fixtures.add(new Fixture(dialect, "introspection"));
            }
            if (!dialect.heartbeatFields().isEmpty()) {
                fixtures.add(new Fixture(dialect, "heartbeat"));
            }
            fixtures.add(new Fixture(dialect, "departure"));
        }
        return fixtures.stream();
    }

    /** The registry writes no heartbeats. */
    static Stream<Fixture> written() {
        return fixtures().filter(fixture -> !fixture.kind().equals("heartbeat"));
    }

    static Stream<Fixture> introspections() {
        return fixtures().filter(fixture -> fixture.kind().equals("introspection"));
    }

    static Stream<Fixture> withSource() {
        return fixtures().filter(fixture -> fixture.dialect().sourceField() != null);
    }

    static Stream<Fixture> withEventType() {
        return fixtures().filter(fixture -> fixture.dialect().namesEventType());
    }

    /** Of the others, what is left without its type is in no dialect. */
    static Stream<Fixture> withPayload() {
        return fixtures().filter(fixture -> fixture.dialect().wrapsPayload());
    }

    @Test
    void hasFixturesOfEachDialectAndNoOthers() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            assertThat(files.filter(Files::isRegularFile))
                    .containsExactlyInAnyOrderElementsOf(fixtures().map(Fixture::file).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void isRecognizedAndTakenForNoOther(Fixture fixture) {
        ObjectNode record = fixture.record();
        String named = record.path("event_type").textValue();

        assertThat(Dialects.of(record, named == null ? null : EventKind.of(named))).isSameAs(fixture.dialect());
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void readsAsWhatTheBridgeSaysEvenStrictly(Fixture fixture) {
        Fixture bridge = new Fixture(Dialects.OWN, fixture.kind());
        NodeEvent expected = bridge.read(STRICT, bridge.record());
        assertThat(expected).isInstanceOf(OfNode.class);

        NodeEvent read = fixture.read(STRICT, fixture.record());

        if (read instanceof Heartbeat heartbeat && !fixture.dialect().heartbeatFields().contains("health_status")) {
            assertThat(heartbeat.healthStatus()).isNull();
            assertThat(heartbeat).usingRecursiveComparison().ignoringFields("healthStatus").isEqualTo(expected);
        } else {
            assertThat(read).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("written")
    void readsBackFromWhatTheRegistryWrites(Fixture fixture) {
        NodeEvent event = fixture.read(STRICT, fixture.record());

        byte[] written = event instanceof Introduced introduced
                ? EnvelopeWriter.introduction(introduced, "registry-1")
                : EnvelopeWriter.departure((Departed) event, "registry-1");

        ObjectNode record = (ObjectNode) WireSamples.json(new String(written, StandardCharsets.UTF_8));
        EventKind named = EventKind.of(record.get("event_type").textValue());
        assertThat(Dialects.of(record, named)).isSameAs(Dialects.OWN);
        assertThat(STRICT.read(TopicKind.INTROSPECTION, written, OTHER_TIME, RECEIVED)).isEqualTo(event);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void namesAnIdThatIsMissingOrNoUuidAsTheDialectSpellsIt(Fixture fixture) {
        ObjectNode record = fixture.record();
        String field = fixture.dialect().idField();

        record.put(field, "7");
        assertThat(brokenFields(fixture.read(LENIENT, record))).containsExactly(field);
        record.putNull(field);
        assertThat(brokenFields(fixture.read(LENIENT, record))).containsExactly(field);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void namesATimeThatIsNoneAsTheDialectSpellsIt(Fixture fixture) {
        ObjectNode record = fixture.record().put(fixture.dialect().timeField(), "yesterday");

        assertThat(brokenFields(fixture.read(LENIENT, record))).containsExactly(fixture.dialect().timeField());
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void takesTheNextBestTimeForAMissingOneAndReportsIt(Fixture fixture) {
        ObjectNode record = fixture.record().putNull(fixture.dialect().timeField());

        isLenient(fixture, record, fixture.dialect().timeField(), Leniency.MISSING_TIMESTAMP);
        boolean payloadHasOne = fixture.dialect().wrapsPayload() && fixture.payloadOf(record).has("timestamp");
        assertThat(((OfNode) fixture.read(LENIENT, record)).version().eventTime())
                .isEqualTo(payloadHasOne ? Instant.parse("2026-01-01T12:00:00Z") : OTHER_TIME);
    }

    @ParameterizedTest
    @MethodSource("withSource")
    void asksForASourceWhereTheDialectHasOne(Fixture fixture) {
        String field = fixture.dialect().sourceField();
        ObjectNode record = fixture.record();
        record.remove(field);

        isLenient(fixture, record, field, Leniency.MISSING_SOURCE);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void namesAnEventTypeThatIsUnknown(Fixture fixture) {
        ObjectNode record = fixture.record().put("event_type", "node_teleported");

        assertThat(brokenFields(fixture.read(LENIENT, record))).contains("event_type");
    }

    @ParameterizedTest
    @MethodSource("withEventType")
    void asksForAnEventTypeWhereTheEnvelopeHasOne(Fixture fixture) {
        ObjectNode record = fixture.record();
        record.remove("event_type");

        isLenient(fixture, record, "event_type", Leniency.MISSING_EVENT_TYPE);
    }

    @ParameterizedTest
    @MethodSource("withPayload")
    void readsPayloadOrTopicWhereTheEnvelopeHasNoEventType(Fixture fixture) {
        NodeEvent expected = fixture.read(STRICT, fixture.record());
        ObjectNode record = fixture.record();
        record.remove("event_type");

        assertThat(fixture.read(LENIENT, record)).hasSameClassAs(expected);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void takesTheNodeIdsOfTheDialect(Fixture fixture) {
        ObjectNode record = fixture.record();
        fixture.payloadOf(record).put("node_id", "effect-1");
        NodeEvent event = fixture.read(LENIENT, record);
        if (!fixture.dialect().identifiesNodesByUuid()) {
            assertThat(((OfNode) event).nodeId()).isEqualTo("effect-1");
            return;
        }
        assertThat(brokenFields(event)).containsExactly(fixture.inPayload("node_id"));

        String nodeId = fixture.payloadOf(fixture.record()).get("node_id").textValue();
        fixture.payloadOf(record).put("node_id", nodeId.toUpperCase(Locale.ROOT));
        assertThat(((OfNode) fixture.read(LENIENT, record)).nodeId()).isEqualTo(nodeId);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void leavesUnknownFieldsAloneAndReportsThem(Fixture fixture) {
        ObjectNode envelope = fixture.record().put("surplus", 1);
        isLenient(fixture, envelope, "surplus", Leniency.UNKNOWN_FIELD);

        ObjectNode record = fixture.record();
        fixture.payloadOf(record).put("surplus", 1);
        isLenient(fixture, record, fixture.inPayload("surplus"), Leniency.UNKNOWN_FIELD);
    }

    @ParameterizedTest
    @MethodSource("introspections")
    void readsCapabilitiesByTheDialectsNamesOnly(Fixture fixture) {
        for (String field : fixture.dialect().capabilityFields()) {
            ObjectNode record = fixture.record();
            fixture.payloadOf(record).put(field, "all");
            assertThat(brokenFields(fixture.read(LENIENT, record))).containsExactly(fixture.inPayload(field));
        }
    }

    /** The lenient reader reads it and says so; the strict one names the field. */
    private static void isLenient(Fixture fixture, ObjectNode record, String field, Leniency leniency) {
        assertThat(((OfNode) fixture.read(LENIENT, record)).leniencies()).containsExactly(leniency);
        assertThat(brokenFields(fixture.read(STRICT, record))).containsExactly(field);
    }
}
