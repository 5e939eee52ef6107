// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.Endpoint;
import org.nodebridge.registry.event.EndpointUrl;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.Unreadable;

/** Odd inputs of the same classes as those that have been reported. */
class OddInputsTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "\"2025-10-03T12:00:00,Z\"", "\"2025-10-03T12:00:00\u221201:00\"", "\"2025-276T12:00:00Z\"",
        "\"20251003T120000Z\"",
        "\"2025-10-03T12:00:00+1:0\"", "\"2025-10-03T12:00:00+00:00:01.5\"", "\"9999-12-31T23:59:59.9999999999Z\"",
        "\" 2025-10-03T12:00:00Z\"", "\"2025-10-03T12:00:00Z\\n\"", "\"2025-10-03T-1:00:00Z\"", "\"NaN\"", "{}", "[]",
        "true", "\"\uff12025-10-03T12:00:00Z\"", "\"9999-12-31T24:00:00Z\"", "\"2025-10-03T12:00:00Z\\u0000\""
    })
    void namesATimeThatIsNone(String time) {
        ObjectNode record = WireSamples.tree("bridge_introspection_effect");
        String text = record.put("event_timestamp", "@").toString().replace("\"@\"", time);

        assertThat(WireSamples.brokenFields(read(text))).as(time).contains("event_timestamp");
    }

    @ParameterizedTest
    @CsvSource({
        "2025-10-03T12:00:00.Z, 2025-10-03T12:00:00Z", "2025-10-03T12:00:00+1, 2025-10-03T11:00:00Z",
        "2025-10-03T12:00:00-00:00, 2025-10-03T12:00:00Z", "2025-10-03t12:00:00z, 2025-10-03T12:00:00Z"
    })
    void readsATimeThatCanMeanOneThingOnly(String text, Instant time) {
        ObjectNode record = WireSamples.tree("bridge_introspection_effect").put("event_timestamp", text);
        WireSamples.payload(record).remove("timestamp");

        NodeEvent event = WireSamples.read(record);

        assertThat(event instanceof Introduced introduced
                ? introduced.version().eventTime()
                : WireSamples.brokenFields(event)).isIn(time, List.of("event_timestamp"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "http://host:+80/", "http://host: 80/", "http://host:\uff18\uff10/", "http://host:8_0/", "http://host:0x50/",
        "http://%31%30.0.0.5/", "http://1.2.3.4%00.evil/", "ht\ttp://host/", "http://host\t/", "http:\\\\host/",
        "http://[1:2:3:4:5:6:7:8:9]/", "http://[12345::1]/", "http://[2001:db8::g]/", "http://[2001:db8::1%25]/",
        "http://[2001:db8::1]]/", "http://[[2001:db8::1]]/", "http://[2001:db8::1/", "http://2001:db8::1/",
        "http://[2001:db8:::1]/", "http://[:]/", "http://[2001:db8::1]x:80/", "http://0300.0.0.1/", "http://1.2.3.0x4/",
        "http://4294967296/", "http://a.b.c.256/", "http://1.1.1.1.1.1/", "http://host:80:90/", "http://@host@/",
        "http://a%E2%80%8Bb/", "http://\u2460.\u2461.\u2462.\u2463.\u2464/", "http://host:99999999999999999999/",
        "http://ho\u00adst\u2028/", "http://\u0000/", "http://a.\u3002b/", "http://*/", "http://$(id)/", "http://a;b/",
        "http://a&b/", "http://a=b/", "http://a+b/", "http://a!b/", "http://a~b/", "http://'a'/", "http://a\"b/",
    })
    void namesAnEndpointThatNobodyCanCall(String url) {
        ObjectNode record = WireSamples.tree("bridge_introspection_effect");
        WireSamples.payload(record).putObject("endpoints").put("api", url);

        assertThat(WireSamples.brokenFields(WireSamples.read(record))).as(url)
                .anyMatch(field -> field.startsWith("payload.endpoints.api"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://[::ffff:a00:5]:80/, 80", "http://[::FFFF:10.0.0.5]:81/, 81", "http://host:00080/, 80",
        "http://[2001:0db8:0000:0000:0000:0000:0000:0001]:82/, 82", "HTTP://HOST/, 80", "hTTps://host, 443",
        "http://host:65535, 65535", "http://_dmarc.host/, 80", "http://1.2.3.4a/, 80", "http://3com.example:9/, 9",
        "http://\uff48\uff4f\uff53\uff54:7/, 7", "http://host:80?a=b, 80", "http://host#x, 80"
    })
    void whatItTakesForAnEndpointIsOnePlaceForAll(String url, int port) {
        String problem = EndpointUrl.problem(url, 500);

        assertThat(problem).as(url).isNull();
        assertThat(Endpoint.parse(url)).hasValueSatisfying(endpoint -> {
            assertThat(endpoint.port()).isEqualTo(port);
            assertThat(endpoint.host()).matches("[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+");
            assertThat(Endpoint.parse(endpoint.bare()).orElseThrow().host()).isEqualTo(endpoint.host());
        });
    }

    /** A label of DNS has 63 bytes and a name 253, in the form in which it is looked up. */
    @Test
    void boundsANameByWhatDnsTakesOfIt() {
        String label = "a".repeat(63);
        assertThat(EndpointUrl.problem("http://" + label + "/", 2048)).isNull();
        assertThat(EndpointUrl.problem("http://" + label + "a/", 2048)).isNotNull();
        assertThat(EndpointUrl.problem("http://" + "\u00fc".repeat(58) + "/", 2048))
                .as("longer in letters of DNS").isNotNull();
        String most = (label + ".").repeat(3) + "a".repeat(61);
        assertThat(EndpointUrl.problem("http://" + most + "/", 2048)).isNull();
        assertThat(EndpointUrl.problem("http://" + most + "a/", 2048)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "1e309", "-1e309", "1e99999", "-1", "\"5\"", "\"NaN\"", "\"Infinity\"", "[]", "{}", "true", "1e-99999"
    })
    void readsAFigureOfAHeartbeatOrNamesIt(String figure) {
        for (String field : List.of("uptime_seconds", "active_operations")) {
            ObjectNode record = WireSamples.tree("bridge_heartbeat");
            WireSamples.payload(record).put(field, "@");

            NodeEvent event = WireSamples.LENIENT.read(
                    TopicKind.HEARTBEAT, record.toString().replace("\"@\"", figure).getBytes(StandardCharsets.UTF_8),
                    WireSamples.RECORDED, WireSamples.RECEIVED);

            if (event instanceof Heartbeat heartbeat) {
                assertThat(heartbeat.uptimeSeconds() == null || Double.isFinite(heartbeat.uptimeSeconds())).isTrue();
            } else {
                assertThat(WireSamples.brokenFields(event)).as(figure).allMatch(
                        name -> name.contains(field) || name.equals("$"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"a\":1}{\"b\":2}", "{\"a\":1}\u0000", "{\"a\":1}]", "\u0000{}", "{\"a\":\\u0031}", "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":5.}", "{\"a\":0x1}", "{\"a\":1_000}", "{\"a\":1e}", "{\"a\":-}", "{\"a\":--1}", "{\"a\":tru}",
        "{\"a\":True}", "{\"a\":undefined}", "{\"a\":1,}", "{,}", "{\"a\"}", "{a:1}", "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}", "{\"a\":\"\\ud800\\ud800\"}", "{\"a\":\"\\udc00\\ud800\"}", "{/**/}", "//\n{}",
        "{\"a\":'b'}",
        "\u2028{}", "{\"a\":1;\"b\":2}", "\"\"", "-0", "[{}]", "\ufeff\ufeff{}", "{\"a\":\"\u0001\"}"
    })
    void namesWhatIsNoRecordAndReadsNothingOfIt(String text) {
        assertThat(read(text)).as(text).isInstanceOfSatisfying(Unreadable.class,
                event -> assertThat(event.errors()).isNotEmpty());
    }

    static Stream<byte[]> encodings() {
        return Stream.of(
                bytes(0xf8, 0x88, 0x80, 0x80, 0x80), bytes(0xfc, 0x84, 0x80, 0x80, 0x80, 0x80),
                bytes(0xf4, 0x90, 0x80, 0x80), bytes(0xe0, 0x80, 0x80), bytes(0xf0, 0x80, 0x80, 0x80),
                bytes(0xed, 0xbf, 0xbf), bytes(0x80), bytes(0xc2), bytes(0xe2, 0x82),
                bytes(0xf0, 0x9f, 0x92), bytes(0xfe), bytes(0xff), bytes(0xc1, 0xbf));
    }

    /** In a name and in a value, at the end of the record too. */
    @ParameterizedTest
    @MethodSource("encodings")
    void namesWhatIsNoUtf8(byte[] broken) {
        for (String[] around : new String[][] {{"{\"", "\":1}"}, {"{\"a\":\"", "\"}"}, {"{\"a\":\"", ""}, {"", "{}"}}) {
            ByteArrayOutputStream record = new ByteArrayOutputStream();
            record.writeBytes(around[0].getBytes(StandardCharsets.UTF_8));
            record.writeBytes(broken);
            record.writeBytes(around[1].getBytes(StandardCharsets.UTF_8));

            assertThat(WireSamples.LENIENT.read(
                    TopicKind.INTROSPECTION, record.toByteArray(), WireSamples.RECORDED, WireSamples.RECEIVED))
                    .isInstanceOf(Unreadable.class);
        }
    }

    /** Each within the limits of a record in bytes, and costly for a reader that does something twice. */
    @Test
    void readsWhatIsMadeToBeSlowInAMoment() {
        List<String> slow = List.of(
                "{\"payload\":{\"metadata\":{\"v\":\"" + "\\\\".repeat(500_000) + "\"}}}",
                "{\"payload\":{\"node_id\":\"" + "a\u0301".repeat(300_000) + "\"}}",
                "{\"payload\":{\"endpoints\":{\"api\":\"http://" + "a.".repeat(500_000) + "\"}}}",
                "{\"payload\":{\"endpoints\":{\"api\":\"http://" + "xn--".repeat(250_000) + "/\"}}}",
                "{\"payload\":{\"endpoints\":{\"api\":\"http://[" + "1:".repeat(500_000) + "]/\"}}}",
                "{\"payload\":{\"endpoints\":{\"api\":\"http://h/" + "%".repeat(1_000_000) + "\"}}}",
                "{\"event_timestamp\":\"" + "2025-".repeat(200_000) + "\"}",
                "{\"event_timestamp\":\"2025-10-03T12:00:00." + "0".repeat(1_000_000) + "Z\"}",
                "{\"payload\":{\"node_version\":\"" + "1.".repeat(500_000) + "\"}}",
                "{\"payload\":{\"node_version\":\"1.2.3-" + "a-".repeat(500_000) + "+\"}}",
                "{\"event_type\":\"" + "NODE_".repeat(200_000) + "\"}",
                "{\"correlation_id\":\"" + "-".repeat(1_000_000) + "\"}",
                "{\"event_id\":\"" + "0".repeat(1_000_000) + "\"}",
                "{\"payload\":" + "{\"a\":[".repeat(30) + "1".repeat(1_000_000) + "]}".repeat(30) + "}");

        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> slow.forEach(text -> {
            for (TopicKind topic : TopicKind.values()) {
                assertThat(WireSamples.LENIENT.read(
                        topic, text.getBytes(StandardCharsets.UTF_8), WireSamples.RECORDED, WireSamples.RECEIVED))
                        .isInstanceOf(Unreadable.class);
            }
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1e2", "-0", "-1", "1e-1", "0.5", "\"7\"", "true", "[7]", "99999999999999999999"})
    void readsAnEpochOrNamesItOrCountsItAsNone(String epoch) {
        ObjectNode record = WireSamples.tree("bridge_introspection_effect");
        WireSamples.payload(record).put("epoch", "@");

        NodeEvent event = read(record.toString().replace("\"@\"", epoch));

        if (event instanceof Introduced introduced) {
            assertThat(introduced.version().epoch()).satisfiesAnyOf(
                    none -> assertThat(none).isNull(),
                    known -> assertThat(known).isBetween(0L, 99_999_999_999_999L));
        } else {
            assertThat(WireSamples.brokenFields(event)).containsExactly("payload.epoch");
        }
    }

    private static NodeEvent read(String text) {
        return WireSamples.LENIENT.read(
                TopicKind.INTROSPECTION, text.getBytes(StandardCharsets.UTF_8), WireSamples.RECORDED,
                WireSamples.RECEIVED);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
