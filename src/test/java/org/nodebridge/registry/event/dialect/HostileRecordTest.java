// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.event.dialect.WireSamples.brokenFields;
import static org.nodebridge.registry.event.dialect.WireSamples.errors;
import static org.nodebridge.registry.event.dialect.WireSamples.payload;
import static org.nodebridge.registry.event.dialect.WireSamples.read;
import static org.nodebridge.registry.event.dialect.WireSamples.tree;
import static org.nodebridge.registry.event.dialect.WireSamples.utf8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.Unreadable;

class HostileRecordTest {

    private static final String MARK = "\"10485760\"";

    private final ObjectNode bridge = tree("bridge_introspection_effect");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "null", "[]", "\"text\"", "7", "{", "{}{}", "{} x", "{'a':1}", "{a:1}", "{\"a\":NaN}",
                "{\"a\":Infinity}", "{\"a\":-Infinity}", "{\"a\":01}", "{\"a\":1,}", "// c\n{}"
            })
    void rejectsWhatIsNoJsonObject(String record) {
        assertThat(brokenFields(read(record.getBytes(StandardCharsets.UTF_8)))).containsExactly("$");
    }

    @Test
    void rejectsTheNullValueOfACompactionTombstone() {
        assertThat(brokenFields(read((byte[]) null))).containsExactly("$");
    }

    @Test
    void rejectsGarbageAfterAGoodEnvelope() {
        assertThat(brokenFields(read((bridge + "{}").getBytes(StandardCharsets.UTF_8)))).containsExactly("$");
    }

    @Test
    void takesTheLastOfFieldsThatComeTwice() {
        byte[] record = bridge.toString()
                .replace("\"node_id\":", "\"node_type\":\"x\",\"node_id\":")
                .getBytes(StandardCharsets.UTF_8);

        assertThat(new String(record, StandardCharsets.UTF_8)).contains("\"node_type\":\"x\"");
        assertThat(read(record)).isInstanceOf(Introduced.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "ISO-8859-1"})
    void rejectsEveryEncodingButUtf8(String charset) {
        payload(bridge).put("node_role", "Überwacher");

        assertThat(brokenFields(read(bridge.toString().getBytes(Charset.forName(charset))))).containsExactly("$");
    }

    @Test
    void readsARecordBehindAByteOrderMark() {
        assertThat(read(("\uFEFF" + bridge).getBytes(StandardCharsets.UTF_8))).isInstanceOf(Introduced.class);
        assertThat(brokenFields(read("\uFEFF".getBytes(StandardCharsets.UTF_8)))).containsExactly("$");
        assertThat(brokenFields(read(("\uFEFF\uFEFF" + bridge).getBytes(StandardCharsets.UTF_8)))).containsExactly("$");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void namesTheEncodingOfAnotherByteOrderMark(String charset) {
        assertThat(errors(read(("\uFEFF" + bridge).getBytes(Charset.forName(charset))))).containsExactly(
                new FieldError("$", "is " + charset.substring(0, 6) + " by its byte order mark, not UTF-8"));
    }

    @Test
    void rejectsASurrogateEncodedInUtf8() {
        assertThat(brokenFields(read(withBytes(0xED, 0xA0, 0x80)))).containsExactly("$");
        assertThat(brokenFields(read(withBytes(0xC0, 0x80)))).as("overlong U+0000").containsExactly("$");
    }

    @Test
    void acceptsTheReplacementCharacterWhenTheSenderWroteIt() {
        payload(bridge).put("node_role", "\uFFFD");

        assertThat(read(bridge)).isInstanceOf(Introduced.class);
    }

    @Test
    void acceptsExactlyOneMebibyteAndNotAByteMore() {
        byte[] small = utf8(bridge);
        byte[] most = Arrays.copyOf(small, 1024 * 1024);
        Arrays.fill(most, small.length, most.length, (byte) ' ');
        assertThat(read(most)).isInstanceOf(Introduced.class);

        assertThat(brokenFields(read(Arrays.copyOf(most, most.length + 1)))).containsExactly("$");
    }

    @Test
    void boundsTheDepthOfNesting() {
        assertThat(read(withCapability("[".repeat(60) + "]".repeat(60)))).isInstanceOf(Introduced.class);

        assertThat(errors(read(withCapability("[".repeat(62) + "]".repeat(62))))).singleElement().satisfies(error -> {
            assertThat(error.field()).isEqualTo("$");
            assertThat(error.message()).contains("nested deeper than 64");
        });
        assertThat(brokenFields(read("[".repeat(500_000).getBytes(StandardCharsets.UTF_8)))).containsExactly("$");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\udc00\\ud800\""})
    void namesTheFieldWhoseTextPostgresCannotKeep(String text) {
        assertThat(brokenFields(read(withCapability("[{\"deep\":" + text + "}]"))))
                .containsExactly("payload.capabilities.max_file_size[0].deep");
    }

    @Test
    void acceptsAPairOfSurrogates() {
        assertThat(read(withCapability("\"\\ud83d\\ude00\""))).isInstanceOf(Introduced.class);
    }

    @Test
    void namesAFieldWhoseOwnNamePostgresCannotKeep() {
        assertThat(brokenFields(read(withCapability("{\"a\\u0000\":1}"))))
                .containsExactly("payload.capabilities.max_file_size.a\uFFFD");
    }

    @Test
    void looksForUnkeepableTextInFieldsNobodyReads() {
        bridge.put("source_service", "a\u0000");
        payload(bridge).put("node_id", "b\u0000");

        assertThat(brokenFields(read(bridge))).containsExactlyInAnyOrder("source_service", "payload.node_id");
    }

    @Test
    void keepsAnUnkeepableCorrelationIdOutOfTheDeadLetter() {
        bridge.put("correlation_id", "c\u0000");

        assertThat(read(bridge)).isInstanceOfSatisfying(Unreadable.class, event -> {
            assertThat(brokenFields(event)).containsExactly("correlation_id");
            assertThat(event.correlationId()).isNull();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e2000", "-1e2000", "1e-2000", "1E+999999999"})
    void rejectsNumbersBeyondWhatPostgresKeeps(String number) {
        assertThat(brokenFields(read(withCapability(number))))
                .containsExactly("payload.capabilities.max_file_size");
    }

    @Test
    void boundsTheNumberOfErrorsSinceTheyTravelInHeaders() {
        ObjectNode endpoints = payload(bridge).putObject("endpoints");
        for (int i = 0; i < 1000; i++) {
            endpoints.put("e" + i, "broken");
        }

        assertThat(errors(read(bridge)))
                .hasSize(101)
                .last()
                .isEqualTo(new FieldError("$", "has 900 more broken fields"));
    }

    @Test
    void leavesControlCharactersAndLengthOutOfErrors() {
        payload(bridge).put("node_type", "\r\n" + "x".repeat(5000));
        payload(bridge).putObject("endpoints").put("n".repeat(5000), "broken");

        assertThat(errors(read(bridge))).hasSize(2).allSatisfy(error -> {
            assertThat(error.field().length()).isLessThan(300);
            assertThat(error.message()).hasSizeLessThan(200).doesNotContain("\r", "\n");
        });
    }

    @Test
    void quotesNothingOfARecordThatIsNoJson() {
        assertThat(errors(read("{\"password\":hunter2}".getBytes(StandardCharsets.UTF_8))))
                .singleElement()
                .satisfies(error -> assertThat(error.message()).doesNotContain("hunter2", "password"));
    }

    private byte[] withCapability(String json) {
        ((ObjectNode) payload(bridge).get("capabilities")).put("max_file_size", "10485760");
        return bridge.toString().replace(MARK, json).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] withBytes(int... bytes) {
        payload(bridge).put("node_role", "MARK");
        String[] around = bridge.toString().split("MARK");
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(around[0].getBytes(StandardCharsets.UTF_8));
        for (int b : bytes) {
            record.write(b);
        }
        record.writeBytes(around[1].getBytes(StandardCharsets.UTF_8));
        return record.toByteArray();
    }
}
