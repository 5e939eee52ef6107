// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.event.NodeEvent;

class EnvelopeReaderCasesTest {

    private static final Path UPSTREAM = Path.of("..", "shared", "wire");

    /** One row of cases.json; the name is what a report shows. */
    record Case(String sample, byte[] record, String expect, Map<String, JsonNode> patch, String name) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return StreamSupport.stream(WireSamples.tree("cases").get("cases").spliterator(), false)
                .map(EnvelopeReaderCasesTest::toCase);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void readsLeniently(Case wire) {
        assertThat(read(wire, WireSamples.LENIENT) instanceof NodeEvent.Unreadable)
                .isEqualTo(wire.expect().equals("reject"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void readsStrictly(Case wire) {
        assertThat(read(wire, WireSamples.STRICT) instanceof NodeEvent.Unreadable)
                .isEqualTo(!wire.expect().equals("accept"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void namesThePatchedFieldAndNoOther(Case wire) {
        NodeEvent event = read(wire, WireSamples.STRICT);

        if (wire.expect().equals("accept")) {
            assertThat(event).isNotInstanceOf(NodeEvent.Unreadable.class);
        } else {
            assertThat(WireSamples.brokenFields(event)).singleElement().satisfies(field -> assertThat(
                    wire.patch().keySet())
                    .anyMatch(patched -> field.equals(patched) || field.startsWith(patched + ".")));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void countsALeniencyWhereOnlyAStrictReaderRejects(Case wire) {
        NodeEvent event = read(wire, WireSamples.LENIENT);

        if (event instanceof NodeEvent.Introduced introduced) {
            assertThat(introduced.leniencies().isEmpty()).isEqualTo(wire.expect().equals("accept"));
        } else if (event instanceof NodeEvent.Heartbeat heartbeat) {
            assertThat(heartbeat.leniencies().isEmpty()).isEqualTo(wire.expect().equals("accept"));
        } else {
            assertThat(wire.expect()).isEqualTo("reject");
        }
    }

    /** Only beside the place where the protocol's facts are gathered is there anything to compare with. */
    @TestFactory
    Stream<DynamicTest> ourCopyIsNotBehind() throws IOException {
        if (!Files.exists(UPSTREAM.resolve("cases.json"))) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(UPSTREAM)) {
            return files.toList().stream()
                    .map(file -> dynamicTest(file.getFileName().toString(), () -> assertThat(
                            WireSamples.FOLDER.resolve(file.getFileName()))
                            .hasSameBinaryContentAs(file)));
        }
    }

    private static NodeEvent read(Case wire, EnvelopeReader reader) {
        return reader.read(
                WireSamples.topicOf(wire.sample()), wire.record(), WireSamples.RECORDED, WireSamples.RECEIVED);
    }

    private static Case toCase(JsonNode row) {
        if (row.has("raw")) {
            byte[] record = row.get("raw").textValue().getBytes(StandardCharsets.UTF_8);
            return new Case("raw", record, row.get("expect").textValue(), Map.of("$", row.get("raw")), "raw " + row);
        }
        String base = row.get("base").textValue();
        boolean inPayload = base.endsWith(".payload");
        String sample = inPayload ? base.substring(0, base.length() - ".payload".length()) : base;
        ObjectNode record = WireSamples.tree(sample);
        ObjectNode patched = inPayload ? WireSamples.payload(record) : record;
        Map<String, JsonNode> patch = new java.util.HashMap<>();
        row.get("patch").properties().forEach(field -> {
            patch.put(inPayload ? "payload." + field.getKey() : field.getKey(), field.getValue());
            if ("__absent__".equals(field.getValue().textValue())) {
                patched.remove(field.getKey());
            } else {
                patched.set(field.getKey(), field.getValue());
            }
        });
        return new Case(
                sample, WireSamples.utf8(record), row.get("expect").textValue(), patch, base + " " + row.get("patch"));
    }
}
