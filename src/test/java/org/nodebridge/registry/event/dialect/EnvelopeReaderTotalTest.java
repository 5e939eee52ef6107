// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.event.dialect.WireSamples.LENIENT;
import static org.nodebridge.registry.event.dialect.WireSamples.RECEIVED;
import static org.nodebridge.registry.event.dialect.WireSamples.RECORDED;
import static org.nodebridge.registry.event.dialect.WireSamples.STRICT;
import static org.nodebridge.registry.event.dialect.WireSamples.brokenFields;
import static org.nodebridge.registry.event.dialect.WireSamples.read;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.Introduced;

/** For any input the reader answers with an event, and none of them shows a mistake of its own. */
class EnvelopeReaderTotalTest {

    private static final List<String> PIECES = List.of(
            "1e2147483648", "-1e2147483648", "0e99999999999", "1e-2147483648", "1e-2147483647", "0e2147483647", "1e999",
            "1e-400", "9223372036854775808", "-0", "-0.0", "\"2025-10-03Z\"", "\"0000-01-01T00:00:00Z\"", "\"\"",
            "null",
            "[]", "{}", "[[]]", "{\"a\":{}}", "true", "\"\\ud800\"", "\"\\u0000\"", "\"-\"", "\"+\"", "\"://\"",
            "\"http://[\"", "\"http://[]\"", "\"http://@\"", "\"http://:\"", "\"x://\\u3002\"", "\"http://xn--\"",
            "\"http://\\u00df\\u3002\"", "{\"major\":1e9,\"minor\":0,\"patch\":0}",
            "{\"major\":99999999999999999999,\"minor\":0,\"patch\":0,\"prerelease\":[[]]}");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "event_timestamp | \"2025-10-03Z\" | event_timestamp",
        "event_timestamp | \"2025-10-03 Z\" | event_timestamp",
        "event_timestamp | \"0000-06-01T00:00:00Z\" | event_timestamp",
        "event_timestamp | \"2016-12-31T23:59:60Z\" | event_timestamp",
        "event_timestamp | 1e2147483648 | event_timestamp",
        "event_id | 1e2147483648 | event_id",
        "security | [{\"x\": 0e99999999999}] | security[0].x",
        "unheard_of | 1e-2147483648 | unheard_of",
    })
    void namesTheFieldThatOnceMadeItFail(String field, String value, String broken) {
        String record = WireSamples.tree("bridge_introspection_effect").put(field, "@").toString();

        assertThat(brokenFields(read(record.replace("\"@\"", value).getBytes(UTF_8)))).containsExactly(broken);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e2147483647", "1e-2147483647", "0e2147483647", "1.5e-2147483646"})
    void survivesADelayOfABillionDigits(String delay) {
        String record = WireSamples.tree("core_shutdown_maintenance").put("restart_delay_seconds", "@").toString();

        assertThat(brokenFields(read(record.replace("\"@\"", delay).getBytes(UTF_8))))
                .contains("restart_delay_seconds");
    }

    @Test
    void readsNamesOfEqualHash() {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 512; i++) {
            for (int bit = 8; bit >= 0; bit--) {
                names.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            names.append(i == 511 ? "\":1" : "\":1,\"");
        }
        String record = WireSamples.tree("bridge_introspection_effect").put("security", "@").toString();

        assertThat(read(record.replace("\"@\"", "{\"" + names + "}").getBytes(UTF_8))).isInstanceOf(Introduced.class);
    }

    @Test
    void neverFailsAtWhatRandomChangesMakeOfTheSamples() throws IOException {
        Random random = new Random(16);
        for (String sample : WireSamples.names()) {
            byte[] original = WireSamples.bytes(sample);
            for (int i = 0; i < 150; i++) {
                byte[] record = changed(original, random);
                TopicKind topic = random.nextBoolean() ? TopicKind.INTROSPECTION : TopicKind.HEARTBEAT;
                EnvelopeReader reader = random.nextBoolean() ? LENIENT : STRICT;
                for (NodeEvent event : List.of(
                        reader.read(topic, record, RECORDED, RECEIVED), reader.readIntroduction(record, RECEIVED),
                        reader.readHeartbeat(record, "n", RECEIVED))) {
                    assertThat(event).as(() -> sample + ": " + new String(record, UTF_8)).isNotInstanceOf(Defect.class);
                }
            }
        }
    }

    @Test
    void makesADefectOfAFailureOfItsOwn() {
        IllegalStateException failure = new IllegalStateException("the password is secret");

        NodeEvent event = EnvelopeReader.total(() -> {
            throw failure;
        });

        assertThat(event).isInstanceOfSatisfying(Defect.class, defect -> {
            assertThat(defect.cause()).isSameAs(failure);
            assertThat(defect.message()).contains("IllegalStateException").doesNotContain("secret");
            assertThat(defect.error().field()).isEqualTo("$");
        });
    }

    @Test
    void makesADefectOfAnExhaustedStack() {
        assertThat(EnvelopeReader.total(() -> endless(1))).isInstanceOf(Defect.class);
    }

    @SuppressWarnings("InfiniteRecursion") // as it is meant to
    private static NodeEvent endless(int depth) {
        NodeEvent event = endless(depth + 1);
        return depth > 0 ? event : null;
    }

    /** Some bytes made others, or a value put in the place of another. */
    private static byte[] changed(byte[] original, Random random) {
        byte[] record = original.clone();
        if (random.nextInt(3) == 0) {
            for (int n = random.nextInt(4); n >= 0; n--) {
                record[random.nextInt(record.length)] = (byte) random.nextInt(256);
            }
            return record;
        }
        int colon = random.nextInt(record.length);
        while (record[colon] != ':') {
            colon = (colon + 1) % record.length;
        }
        int end = colon + 1;
        while (end < record.length && ",}\n".indexOf(record[end]) < 0) {
            end++;
        }
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        other.write(record, 0, colon + 1);
        other.writeBytes(PIECES.get(random.nextInt(PIECES.size())).getBytes(UTF_8));
        other.write(record, end, record.length - end);
        return other.toByteArray();
    }
}
