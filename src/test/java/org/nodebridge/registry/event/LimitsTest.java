// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.RECORDED;
import static org.nodebridge.registry.event.dialect.WireSamples.brokenFields;
import static org.nodebridge.registry.event.dialect.WireSamples.errors;
import static org.nodebridge.registry.event.dialect.WireSamples.payload;
import static org.nodebridge.registry.event.dialect.WireSamples.read;
import static org.nodebridge.registry.event.dialect.WireSamples.utf8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.dialect.EnvelopeReader;
import org.nodebridge.registry.event.dialect.TopicKind;
import org.nodebridge.registry.event.dialect.WireSamples;

class LimitsTest {

    private static final Limits SMALL = new Limits(300, 30, 40, 50, 60, 3, 3, 400, 400, 400, 800);

    private final ObjectNode bridge = WireSamples.tree("bridge_introspection_effect");

    public static Stream<Arguments> tooMuch() {
        return Stream.of(
                much("capabilities.name", p -> p.withObject("/capabilities").removeAll().putObject("a")
                        .put("n".repeat(41), 1), "payload.capabilities.a." + "n".repeat(41)),
                much("capabilities.text", p -> p.withObject("/capabilities").removeAll().putArray("a").add(1)
                        .add("t".repeat(51)), "payload.capabilities.a[1]"),
                much("a digit more",
                        p -> p.withObject("/metadata").removeAll().put("x", new java.math.BigDecimal("1e30")),
                        "payload.metadata.x"),
                much("digits of a fraction", p -> p.withObject("/metadata").removeAll()
                        .put("x", new java.math.BigDecimal("1e-29")), "payload.metadata.x"),
                much("role", p -> p.put("node_role", "r".repeat(61)), "payload.node_role"),
                much("version", p -> p.put("node_version", "1.0.0-" + "v".repeat(55)), "payload.node_version"),
                much("version in metadata", p -> p.withObject("/metadata").removeAll().put("version", "v".repeat(45)),
                        null),
                much("network", p -> p.put("network_id", "r".repeat(61)), "payload.network_id"),
                much("deployment", p -> p.put("deployment_id", "r".repeat(61)), "payload.deployment_id"),
                much("capabilities", p -> count(p.withObject("/capabilities").removeAll(), 4), "payload.capabilities"),
                much("endpoints", p -> {
                    ObjectNode endpoints = p.withObject("/endpoints").removeAll();
                    Stream.of("a", "b", "c", "d").forEach(name -> endpoints.put(name, "http://h/"));
                }, "payload.endpoints"),
                much("capabilities-bytes", p -> fill(p.withObject("/capabilities").removeAll().putArray("a"), 10),
                        "payload.capabilities"),
                much("metadata-bytes", p -> fill(p.withObject("/metadata").removeAll().putArray("a"), 10),
                        "payload.metadata"),
                much("endpoints-bytes",
                        p -> p.withObject("/endpoints").removeAll().put("a", "http://h/" + "x".repeat(400)),
                        "payload.endpoints"),
                much("description-bytes", p -> {
                    fill(p.withObject("/capabilities").removeAll().putArray("a"), 7);
                    fill(p.withObject("/metadata").removeAll().putArray("a"), 7);
                    p.withObject("/endpoints").removeAll().put("a", "http://h/" + "x".repeat(200));
                }, "payload"));
    }

    @Test
    public void takesNoRecordWithANameThatNobodyCouldHaveMeant() {
        String longest = "n".repeat(WireJson.MAX_NAME_LENGTH);

        assertThat(errors(read(utf8("{\"" + longest + "n\": 1}"))))
                .containsExactly(new FieldError("$", "has a name of more than 32768 characters"));
        assertThat(errors(read(utf8("{\"" + longest + "\": 1}"))).toString()).contains("no envelope");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tooMuch")
    public void namesTheFieldThatHasTooMuch(String what, Consumer<ObjectNode> change, String field) {
        payload(bridge).withObject("/capabilities").removeAll();
        payload(bridge).withObject("/metadata").removeAll();
        payload(bridge).withObject("/endpoints").removeAll();
        change.accept(payload(bridge));

        NodeEvent event = reader(SMALL).read(TopicKind.INTROSPECTION, utf8(bridge), RECORDED, RECEIVED);
        if (field == null) {
            assertThat(event).isInstanceOf(Introduced.class);
        } else {
            assertThat(brokenFields(event)).containsExactly(field);
        }
        assertThat(read(bridge)).as("by default").isInstanceOf(Introduced.class);
    }

    /** Each of the three keeps to the limit, and what is kept of them does not. */
    @Test
    public void boundsWhatSeveralKindsOfCapabilitiesComeToTogether() {
        ObjectNode many = WireSamples.tree("infra_introspection_effect");
        ObjectNode payload = payload(many);
        payload.remove("metadata");
        payload.putObject("declared_capabilities").put("a", 1).put("b", 1);
        payload.putObject("discovered_capabilities").put("b", 2).put("c", 1);
        assertThat(small(many)).isInstanceOf(Introduced.class);

        payload.putObject("contract_capabilities").put("d", 1);

        assertThat(errors(small(many))).containsExactly(new FieldError(
                "payload.declared_capabilities", "has 4 members with the other capabilities, more than 3"));

        payload.remove("declared_capabilities");
        fill(payload.putObject("discovered_capabilities").putArray("a"), 5);
        fill(payload.putObject("contract_capabilities").putArray("b"), 5);

        assertThat(errors(small(many))).singleElement().satisfies(error -> {
            assertThat(error.field()).isEqualTo("payload.discovered_capabilities");
            assertThat(error.message()).matches("is \\d+ bytes with the other capabilities, more than 400");
        });
    }

    private static NodeEvent small(ObjectNode record) {
        return reader(SMALL).read(TopicKind.INTROSPECTION, utf8(record), RECORDED, RECEIVED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"environment", "region"})
    public void boundsTheLabelsOfTheEnvelopeAndOfMetadata(String name) {
        bridge.put(name, "x".repeat(129));
        assertThat(brokenFields(read(bridge))).containsExactly(name);

        bridge.remove(name);
        payload(bridge).withObject("/metadata").put(name, "x".repeat(129));
        assertThat(brokenFields(read(bridge))).containsExactly("payload.metadata." + name);
    }

    @Test
    public void refusesAMebibyteOfSmallArrays() {
        assertThat(errors(read(withCapability("[" + "[0],".repeat(250_000) + "0]"))))
                .containsExactly(new FieldError("$", "has more than 10000 JSON tokens"));
        assertThat(brokenFields(reader(Limits.DEFAULT)
                .readIntroduction(("{\"a\":[" + "[0],".repeat(250_000) + "0]}").getBytes(UTF_8), RECEIVED)))
                .containsExactly("$");
        assertThat(brokenFields(reader(Limits.DEFAULT)
                .readHeartbeat(("{\"a\":[" + "[0],".repeat(250_000) + "0]}").getBytes(UTF_8), "n", RECEIVED)))
                .containsExactly("$");
    }

    @Test
    public void refusesNumbersThatAreMoreThanTheirExponentsLook() {
        assertThat(brokenFields(read(withCapability("[" + "1e999,".repeat(170_000) + "0]")))).containsExactly("$");
        // few enough to be read, and too much for PostgreSQL to write out
        assertThat(brokenFields(read(withCapability("[" + "1e999,".repeat(100) + "0]"))))
                .contains("payload.capabilities");
    }

    @Test
    public void countsTheDigitsOfANumberAsItIsWritten() {
        assertThat(read(withCapability("1".repeat(1000)))).isInstanceOf(Introduced.class);
        assertThat(brokenFields(read(withCapability("1".repeat(1001)))))
                .containsExactly("payload.capabilities.max_file_size");
        assertThat(brokenFields(read(withCapability("1".repeat(500_000)))))
                .containsExactly("payload.capabilities.max_file_size");
        assertThat(read(withCapability("1e-400"))).isInstanceOf(Introduced.class);
        assertThat(read(withCapability("1e999"))).isInstanceOf(Introduced.class);
        assertThat(brokenFields(read(withCapability("1e1000"))))
                .containsExactly("payload.capabilities.max_file_size");
    }

    @Test
    public void measuresWhatPostgresWritesInBytes() {
        JsonNode json = WireSamples.json("{\"ä\": [1, 2.50, true, null, \"\\n\\\"\"], \"b\": 1e3}");

        assertThat(JsonSize.of(json)).isBetween(
                (long) "{\"b\": 1000, \"ä\": [1, 2.50, true, null, \"\\n\\\"\"]}".getBytes(UTF_8).length, 70L);
        assertThat(Utf8.length("aä€😀")).isEqualTo("aä€😀".getBytes(UTF_8).length);
    }

    private static Arguments much(String what, Consumer<ObjectNode> change, String field) {
        return Arguments.of(what, change, field);
    }

    private static void count(ObjectNode object, int members) {
        for (int i = 0; i < members; i++) {
            object.put("c" + i, i);
        }
    }

    private static void fill(com.fasterxml.jackson.databind.node.ArrayNode array, int texts) {
        for (int i = 0; i < texts; i++) {
            array.add("t".repeat(45));
        }
    }

    private static EnvelopeReader reader(Limits limits) {
        return new EnvelopeReader(false, Duration.ofMinutes(5), limits);
    }

    private byte[] withCapability(String json) {
        payload(bridge).withObject("/capabilities").put("max_file_size", "@");
        return bridge.toString().replace("\"@\"", json).getBytes(UTF_8);
    }
}
