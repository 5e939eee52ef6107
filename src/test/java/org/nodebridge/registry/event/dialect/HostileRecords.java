// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Records that have stopped a registry once, or that try to. */
final class HostileRecords {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final List<String> NUMBERS = List.of(
            "1e2147483648", "-1e2147483648", "0e99999999999", "1e-2147483648", "1e999", "1e-400", "-0.0", "1E+1",
            "0.12345678901234567890123", "1234567890123456789012.5", "100.00", "9223372036854775808",
            "9".repeat(5000), "0." + "0".repeat(5000) + "1");
    private static final List<String> TIMES = List.of(
            "2025-10-03Z", "2025-10-03", "0000-01-01T00:00:00Z", "0000-12-31T23:59:59-18:00",
            "9999-12-31T23:59:59-18:00",
            "2025-10-03T24:00:00Z", "2025-10-03T25:00:00Z", "2025-02-30T00:00:00Z", "2025-10-03T12:00:60Z",
            "2025-10-03T12:00:00+19:00", "2025-10-03T12:00:00.1234567891Z", "+12025-10-03T12:00:00Z",
            "-001-10-03T12:00:00Z",
            "2025-10-03T", "2025-10-03TZ", "2025-10-03 12Z", "2025-10-03T12:00:00+", "\u0662025-10-03T12:00:00Z");
    private static final List<String> URLS = List.of(
            "http://10.0.0.5:8080/health/{id}", "http://10.0.0.5:8080/h|x", "http://[::1]:8080/", "http://[::1",
            "http://[fe80::1%25eth0]:80/", "http://a:b@c@d/", "http://\u00fcber.example/", "http://xn--/",
            "http://1.2.3/",
            "http://0x7f.1/", "http://host:0/", "http://host:65536/", "http://host:/", "http:///x", "://", "x://y",
            "http://my_service:8080/", "http://host/%zz", "http://host/\u202e", "HTTP://HOST:080/");
    private static final List<String> IDS = List.of(
            ".", "..", "watch", "batch", "a\\u000ab", "a\\u202eb", "a\\u200bb", " a ", "\\u00a0a", "Edge-8",
            "a\\u0000b",
            "\\ud800", "\\ufeffa", "a/b", "a%2Fb", "\\u0130");

    private HostileRecords() {}

    static Stream<byte[]> all() {
        Stream<String> small = Stream.of(
                NUMBERS.stream().map(number -> with("epoch", number)),
                NUMBERS.stream().map(number -> with("metadata", "{\"n\":" + number + "}")),
                NUMBERS.stream()
                        .map(number -> "{\"uptime_seconds\":" + number + ",\"cpu_usage_percent\":" + number + "}"),
                TIMES.stream().map(time -> with("timestamp", quoted(time)).replace("2025-10-03T", time)),
                URLS.stream().map(url -> with("endpoints", "{\"health\":" + quoted(url) + "}")),
                IDS.stream().map(id -> with("node_id", quoted(id))))
                .flatMap(each -> each);
        Stream<byte[]> large = Stream.of(
                filled("{\"payload\":[", "[0],", "[0]]}"),
                filled("{\"event_type\":\"NODE_INTROSPECTION\",\"payload\":[", "1e999,", "0]}"),
                filled("{", "\"a\":0,", "\"b\":0}"),
                filled("{\"a\":\"", "\\u0000", "\"}"),
                filled("", " ", "{}"),
                filled("", "{\"" + "n".repeat(1000) + "\":", "0"),
                deepWithLongNames());
        Stream<byte[]> encodings = Stream.of(
                new byte[0],
                new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF},
                ("\uFEFF" + record()).getBytes(StandardCharsets.UTF_8),
                record().getBytes(StandardCharsets.UTF_16),
                record().getBytes(StandardCharsets.UTF_16LE),
                new byte[] {0, 0, (byte) 0xFE, (byte) 0xFF},
                new byte[] {(byte) 0xC0, (byte) 0x80});
        return Stream.of(small.map(text -> text.getBytes(StandardCharsets.UTF_8)), large, encodings)
                .flatMap(each -> each);
    }

    /** A good introduction with another value for one of its payload's fields. */
    private static String with(String field, String json) {
        ObjectNode record = WireSamples.tree("bridge_introspection_effect");
        WireSamples.payload(record).put(field, "THE VALUE");
        return record.toString().replace("\"THE VALUE\"", json);
    }

    private static String record() {
        return WireSamples.tree("bridge_introspection_effect").toString();
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static byte[] filled(String start, String part, String end) {
        int parts = (MEBIBYTE - start.length() - end.length()) / part.length();
        return (start + part.repeat(parts) + end).getBytes(StandardCharsets.UTF_8);
    }

    /** A name of 15,000 letters at each level, and so many fields that each would have a path of a mebibyte. */
    private static byte[] deepWithLongNames() {
        StringBuilder record = new StringBuilder(MEBIBYTE);
        for (int level = 0; level < 50; level++) {
            record.append("{\"").append("n".repeat(15_000)).append("\":");
        }
        record.append('[');
        while (record.length() < MEBIBYTE - 100) {
            record.append("\"\\u0000\",");
        }
        return record.append("0]").append("}".repeat(50)).toString().getBytes(StandardCharsets.UTF_8);
    }

}
