// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.nodebridge.registry.event.dialect.WireSamples.brokenFields;
import static org.nodebridge.registry.event.dialect.WireSamples.payload;
import static org.nodebridge.registry.event.dialect.WireSamples.read;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of a mebibyte that would take half a minute and more where any step costs the square of their size. */
class LinearTimeTest {

    /** Generous, as a busy machine is slow: it takes some milliseconds, and took thirty seconds. */
    private static final Duration CEILING = Duration.ofSeconds(20);

    private static final int TIMES = 5;
    private static final int SIZE = 900_000;

    static Stream<Arguments> records() {
        return Stream.of(
                // each of the many broken texts at the bottom has a path of nearly a mebibyte
                capability("deep and long names", size -> {
                    String name = "\"" + "n".repeat(size / 60) + "\":{";
                    return "{" + name.repeat(50) + "\"x\":[" + "\"\\u0000\",".repeat(8000) + "0]" + "}".repeat(51);
                }),
                capability("many broken texts", size -> "[" + "\"\\ud800\",".repeat(9000) + "0]"),
                capability("long text", size -> "\"" + "x".repeat(size) + "\""),
                capability("long number", size -> "1".repeat(size)),
                capability("long fraction", size -> "0." + "1".repeat(size)),
                capability("long exponent", size -> "1e" + "1".repeat(size)),
                capability("escapes", size -> "\"" + "\\u0001".repeat(size / 6) + "\""),
                member("endpoints", "dots", size -> "{\"api\":\"http://" + ".".repeat(size) + "/\"}"),
                member("endpoints", "at signs", size -> "{\"api\":\"http://" + "@".repeat(size) + "/\"}"),
                member("endpoints", "long script", size -> "{\"api\":\"http://" + "ü".repeat(size / 2) + "/\"}"),
                member("endpoints", "brackets", size -> "{\"api\":\"http://[" + ":".repeat(size) + "]/\"}"),
                member("node_version", "version of dots", size -> "\"" + "1.".repeat(size / 2) + "\""),
                member("node_version", "version of parts",
                        size -> "{\"major\":1,\"minor\":1,\"patch\":1,\"prerelease\":\"" + "a.".repeat(size / 2)
                                + "\"}"),
                member("timestamp", "time", size -> "\"2025-10-03T00:00:00" + "+".repeat(size) + "\""),
                member("timestamp", "digits of a second", size -> "\"2025-10-03T00:00:00." + "1".repeat(size) + "Z\""),
                member("node_id", "id", size -> "\"" + "\u200b".repeat(size / 3) + "\""),
                member("event_type", "event type", size -> "\"" + "İ".repeat(size / 2) + "\""),
                member("node_type", "enum", size -> "\"" + "İ".repeat(size / 2) + "\""),
                member("correlation_id", "correlation id", size -> "\"" + "-".repeat(size) + "\""),
                member("epoch", "epoch", size -> "9".repeat(size)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("records")
    void readsItInAMoment(String name, String field, IntFunction<String> value) {
        ObjectNode bridge = WireSamples.tree("bridge_introspection_effect");
        (field.equals("event_type") ? bridge : payload(bridge)).put(field, "@");
        byte[] record = bridge.toString().replace("\"@\"", value.apply(SIZE)).getBytes(UTF_8);
        assertThat(record.length).isLessThanOrEqualTo(1024 * 1024);

        List<String> broken = assertTimeoutPreemptively(CEILING, () -> {
            for (int i = 1; i < TIMES; i++) {
                read(record);
            }
            return brokenFields(read(record));
        });

        assertThat(broken).isNotEmpty();
    }

    private static Arguments capability(String name, IntFunction<String> value) {
        return member("capabilities", name, size -> "{\"a\":" + value.apply(size) + "}");
    }

    private static Arguments member(String field, String name, IntFunction<String> value) {
        return Arguments.of(name, field, value);
    }
}
