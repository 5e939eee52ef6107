// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.event.dialect.WireSamples.LENIENT;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.RECORDED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.contract.Contract;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.WireJson;

/** Holds the schemas of what is read to the reader: what it accepts is a message of theirs, of the same kind. */
class WireContractTest {

    /** A record as its topic has it. */
    record Sent(String name, TopicKind topic, byte[] value) {

        NodeEvent event() {
            return LENIENT.read(topic, value, RECORDED, RECEIVED);
        }

        /** {@code null} where it is no JSON. */
        JsonNode json() {
            try {
                return WireJson.MAPPER.readTree(value);
            } catch (IOException noJson) {
                return null;
            }
        }

        /** The messages that it is by the schemas, of the topic that its event belongs to. */
        List<String> matches(NodeEvent event) {
            String channel = event instanceof Heartbeat ? "heartbeat" : "introspection";
            return Contract.matches(channel, json()).stream().filter(WireContractTest::isOfDialect).toList();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Sent> cases() {
        return EnvelopeReaderCasesTest.cases()
                .map(wire -> new Sent(wire.toString(), WireSamples.topicOf(wire.sample()), wire.record()));
    }

    static Stream<Sent> samples() throws IOException {
        Stream<Sent> samples = WireSamples.names().stream()
                .map(name -> new Sent(name, WireSamples.topicOf(name), WireSamples.bytes(name)));
        Stream<Sent> fixtures = DialectContractTest.fixtures().map(fixture -> new Sent(
                fixture.toString(),
                fixture.kind().equals("heartbeat") ? TopicKind.HEARTBEAT : TopicKind.INTROSPECTION,
                WireSamples.utf8(fixture.record())));
        return Stream.concat(samples, fixtures);
    }

    /** Each sound record with each of its fields in turn absent, null and of each other type. */
    static Stream<Sent> damaged() throws IOException {
        return samples().filter(sent -> sent.event() instanceof NodeEvent.OfNode).flatMap(sent -> {
            ObjectNode whole = (ObjectNode) sent.json();
            List<Sent> damaged = new ArrayList<>();
            damage(sent, whole, whole, damaged);
            if (whole.get("payload") instanceof ObjectNode payload) {
                damage(sent, whole, payload, damaged);
            }
            return damaged.stream();
        });
    }

    private static void damage(Sent sent, ObjectNode whole, ObjectNode within, List<Sent> damaged) {
        String place = whole.equals(within) ? "" : "payload.";
        List<String> values =
                List.of("null", "-1", "1.5", "\"\"", "\"X-y\"", "[1]", "{\"a\":1}", "\"2025-10-03T10:00Z\"");
        for (String field : List.copyOf(new ArrayList<>(names(within)))) {
            JsonNode sound = within.remove(field);
            damaged.add(new Sent(sent + " without " + place + field, sent.topic(), WireSamples.utf8(whole)));
            for (String value : values) {
                within.set(field, WireSamples.json(value));
                damaged.add(
                        new Sent(sent + " " + place + field + "=" + value, sent.topic(), WireSamples.utf8(whole)));
            }
            within.set(field, sound);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"cases", "samples"})
    void whatIsAcceptedIsOneMessageOfItsKindAndWhatIsDeadLetteredIsNone(Sent sent) {
        NodeEvent event = sent.event();
        List<String> matches = sent.json() == null ? List.of() : channelMatches(sent, event);

        if (event instanceof NodeEvent.OfNode) {
            assertThat(matches).singleElement().asString().endsWith(kind(event));
        } else {
            assertThat(matches).isEmpty();
        }
    }

    /** The schemas of those topics are of what the registry itself writes. */
    @Test
    void whatOtherProgramsSendUnderTheNamesOfIgnoredEventsHasNoSchema() throws IOException {
        List<Sent> ignored = samples().filter(sent -> sent.event() instanceof NodeEvent.Ignored).toList();

        assertThat(ignored).hasSizeGreaterThan(4)
                .allSatisfy(sent -> assertThat(documented().values().stream().distinct()
                        .filter(schema -> !schema.equals("none"))
                        .filter(schema -> Contract.payloadFaults(messageOf(schema), sent.json()).isEmpty()))
                        .as("%s", sent).isEmpty());
    }

    @Test
    void thePageSaysWhichIgnoredEventsHaveASchema() throws IOException {
        Map<String, String> schemas = new TreeMap<>();
        EventKind.NOT_FOR_US.names().forEach(name -> schemas.put(name, "none"));
        for (String written : List.of("introspection-request.json", "topology-diff.json")) {
            String type = Contract.json("schemas/" + written).at("/properties/event_type/const").textValue();
            schemas.put(EventKind.normalized(type), written);
        }

        assertThat(documented()).isEqualTo(schemas);
    }

    /** The schema of each ignored event type, as docs/wire-format.md has it. */
    private static Map<String, String> documented() throws IOException {
        String page = Files.readString(Path.of("docs", "wire-format.md"));
        Map<String, String> schemas = new TreeMap<>();
        Pattern.compile("(?m)^\\| ([^|]+) \\| `?([^|`]+)`? \\| [^|]+ \\|$")
                .matcher(page.split("### Ignored events")[1].split("\n#")[0]).results().skip(1)
                .forEach(row -> Stream.of(row.group(1).split(", "))
                        .forEach(name -> schemas.put(name.replace("`", ""), row.group(2))));
        return schemas;
    }

    private static String messageOf(String schema) {
        return schema.replace(".json", "");
    }

    @Test
    void whateverIsAcceptedOfDamagedRecordsIsAMessageOfItsKind() throws IOException {
        List<Sent> accepted = damaged().filter(sent -> sent.event() instanceof NodeEvent.OfNode).toList();

        assertThat(accepted).hasSizeGreaterThan(500).allSatisfy(sent -> {
            NodeEvent event = sent.event();
            assertThat(sent.matches(event)).as("%s", sent).singleElement().asString().endsWith(kind(event));
        });
    }

    /** What no schema can say, such as whether a time is one, is a small part. */
    @Test
    void mostOfWhatIsDeadLetteredOfDamagedRecordsIsNoMessage() throws IOException {
        List<Sent> refused = damaged().filter(sent -> sent.event() instanceof NodeEvent.Unreadable).toList();
        List<String> missed = refused.stream()
                .filter(sent -> !channelMatches(sent, sent.event()).isEmpty()).map(Sent::name).toList();

        assertThat(refused).hasSizeGreaterThan(500);
        assertThat(missed).hasSizeLessThan(refused.size() / 20);
    }

    @Test
    void whateverIsAcceptedOfHostileRecordsIsAMessageOfItsKind() {
        List<Sent> accepted = HostileRecords.all()
                .flatMap(value -> Stream.of(TopicKind.values()).map(topic -> new Sent("hostile", topic, value)))
                .filter(sent -> sent.event() instanceof NodeEvent.OfNode && sent.json() != null)
                .toList();

        assertThat(accepted).isNotEmpty().allSatisfy(sent -> {
            NodeEvent event = sent.event();
            assertThat(sent.matches(event)).as("%s", sent.json()).singleElement().asString().endsWith(kind(event));
        });
    }

    @Test
    void namesTheFieldsOfEachDialectAndNoOthers() {
        for (Dialect dialect : Dialects.ALL) {
            JsonNode schemas = Contract.json("schemas/" + dialect.name() + ".json").path("$defs");
            if (dialect.wrapsPayload()) {
                assertThat(names(schemas.at("/envelope/properties"))).isEqualTo(sorted(dialect.envelopeFields()));
                assertThat(names(schemas.at("/introspection/properties/payload/properties")))
                        .isEqualTo(sorted(dialect.introspectionFields()));
                assertThat(names(schemas.at("/heartbeat/properties/payload/properties")))
                        .isEqualTo(sorted(dialect.heartbeatFields()));
                assertThat(names(schemas.at("/departure/properties/payload/properties")))
                        .isEqualTo(sorted(DepartureReader.FIELDS));
            } else {
                Set<String> fields = sorted(dialect.envelopeFields());
                fields.add("payload"); // only to say that there is none
                assertThat(names(schemas.at("/departure/properties"))).isEqualTo(fields);
            }
        }
    }

    @Test
    void isAMessageOfEachDialectAndKindThatIsRead() {
        assertThat(Stream.of("introspection", "heartbeat").flatMap(channel -> Contract.messagesOf(channel).stream())
                .filter(WireContractTest::isOfDialect))
                .containsExactlyInAnyOrderElementsOf(DialectContractTest.fixtures()
                        .map(fixture -> fixture.dialect().name() + "-" + fixture.kind()).toList());
    }

    @Test
    void whatTheRegistryPassesOnIsItsMessage() {
        Introduced introduced = (Introduced) WireSamples.read("infra_introspection_effect");
        Departed departed = (Departed) WireSamples.read("core_shutdown_maintenance");

        assertThat(Contract.payloadFaults("announcement", json(EnvelopeWriter.introduction(introduced, "registry-1"))))
                .isEmpty();
        assertThat(Contract.payloadFaults("deregistration", json(EnvelopeWriter.departure(departed, "registry-1"))))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(NodeType.class)
    void whatTheRegistryAsksIsItsMessage(NodeType type) {
        for (List<NodeType> types : List.of(List.of(type), List.<NodeType>of())) {
            byte[] request = EnvelopeWriter.introspectionRequest(
                    "registry-1", "startup", types.isEmpty() ? null : types, 5000, UUID.randomUUID(), Instant.now(),
                    UUID.randomUUID());
            assertThat(Contract.payloadFaults("introspection-request", json(request))).isEmpty();
        }
    }

    private static List<String> channelMatches(Sent sent, NodeEvent event) {
        String channel = sent.topic() == TopicKind.HEARTBEAT && !(event instanceof Departed)
                ? "heartbeat"
                : event instanceof Heartbeat ? "heartbeat" : "introspection";
        return Contract.matches(channel, sent.json()).stream().filter(WireContractTest::isOfDialect).toList();
    }

    private static boolean isOfDialect(String message) {
        return Dialects.ALL.stream().anyMatch(dialect -> message.startsWith(dialect.name()));
    }

    private static String kind(NodeEvent event) {
        if (event instanceof Introduced) {
            return "-introspection";
        }
        return event instanceof Heartbeat ? "-heartbeat" : "-departure";
    }

    private static JsonNode json(byte[] text) {
        return WireSamples.json(new String(text, StandardCharsets.UTF_8));
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Set<String> sorted(Set<String> names) {
        return new TreeSet<>(names);
    }
}
