// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.event.ContentHash.VOLATILE_METADATA;
import static org.nodebridge.registry.event.dialect.WireSamples.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ContentHashTest {

    private static final String CAPABILITIES = "{\"a\":{\"x\":1,\"y\":[1,2.50,null,true]},\"b\":\"ü\\n\"}";
    private static final String METADATA = "{\"version\":\"1\",\"tags\":[\"q\"]}";
    private static final NodeDescription NODE = node(CAPABILITIES, METADATA, Map.of("health", "http://h/1"));

    @Test
    void isTheSha256OfTheCanonicalJson() {
        // sha256sum of the canonical text, taken outside of Java
        assertThat(hash(node("{}", "{}", Map.of())))
                .isEqualTo("b8fc8546ff6a14935d77e89190370df0e5e1d17e4c4fd3996367477a26e4fea7");
    }

    @Test
    void isTheSameInAnyOrderOfTheKeys() {
        Map<String, String> there = new LinkedHashMap<>(Map.of("a", "http://h/a"));
        there.put("b", "http://h/b");
        Map<String, String> back = new LinkedHashMap<>(Map.of("b", "http://h/b"));
        back.put("a", "http://h/a");

        assertThat(hash(node("{\"b\":\"ü\\n\",\"a\":{\"y\":[1,2.50,null,true],\"x\":1}}", METADATA, there)))
                .isEqualTo(hash(node(CAPABILITIES, "{\"tags\":[\"q\"],\"version\":\"1\"}", back)));
    }

    @ParameterizedTest
    @CsvSource({
        "1e2, 100, true", "1.50, 1.5, true", "1, 1.0, true", "100.0, 1E2, true", "0.00001, 1e-5, true", "0, -0.0, true",
        "0, 0e-900, true", "1e50, 100000000000000000000000000000000000000000000000000, true",
        "1e999, 10e998, true", "1e999, 1e998, false", "1e-999, 1e999, false", "12e998, 1.2e999, true",
        "9007199254740993, 9007199254740992, false", "-1, 1, false", "1e2, 1e-2, false"
    })
    void takesEqualNumbersForOne(String one, String other, boolean same) {
        assertThat(hash(node("{\"n\":" + one + "}", "{}", Map.of()))
                .equals(hash(node("{\"n\":" + other + "}", "{}", Map.of()))))
                .isEqualTo(same);
    }

    @Test
    void leavesOutVolatileMetadataOfTheTopLevelOnly() {
        String volatileOnes = ",\"broadcast_reason\":\"r\",\"broadcast_timestamp\":\"t\",\"uptime_seconds\":1}";
        assertThat(hash(node(CAPABILITIES, METADATA.replace("}", volatileOnes), NODE.endpoints())))
                .isEqualTo(hash(NODE));

        assertThat(hash(node("{}", "{\"deep\":{\"uptime_seconds\":1}}", Map.of())))
                .isNotEqualTo(hash(node("{}", "{\"deep\":{\"uptime_seconds\":2}}", Map.of())));
        assertThat(hash(node("{\"uptime_seconds\":1}", "{}", Map.of())))
                .isNotEqualTo(hash(node("{\"uptime_seconds\":2}", "{}", Map.of())));
        assertThat(ContentHash.of(node("{}", "{\"uptime_seconds\":1}", Map.of()), Set.of()))
                .isNotEqualTo(ContentHash.of(node("{}", "{}", Map.of()), Set.of()));
    }

    @Test
    void leavesOutTheIdOfTheNode() {
        assertThat(hash(new NodeDescription("other", NODE.type(), NODE.role(), NODE.capabilities(), NODE.endpoints(),
                NODE.metadata(), NODE.nodeVersion(), NODE.environment(), NODE.region(), NODE.networkId(),
                NODE.deploymentId())))
                .isEqualTo(hash(NODE));
    }

    static Stream<NodeDescription> changes() {
        NodeDescription n = NODE;
        ObjectNode c = n.capabilities();
        Map<String, String> e = n.endpoints();
        ObjectNode m = n.metadata();
        return Stream.of(
                new NodeDescription("n", NodeType.REDUCER, "r", c, e, m, "v", "e", "g", "w", "d"),
                new NodeDescription("n", NodeType.EFFECT, null, c, e, m, "v", "e", "g", "w", "d"),
                new NodeDescription("n", NodeType.EFFECT, "null", c, e, m, "v", "e", "g", "w", "d"),
                new NodeDescription("n", NodeType.EFFECT, "r", m, e, m, "v", "e", "g", "w", "d"),
                new NodeDescription("n", NodeType.EFFECT, "r", c, Map.of("health", "http://h/2"), m, "v", "e", "g", "w",
                        "d"),
                new NodeDescription("n", NodeType.EFFECT, "r", c, e, c, "v", "e", "g", "w", "d"),
                new NodeDescription("n", NodeType.EFFECT, "r", c, e, m, "V", "e", "g", "w", "d"),
                new NodeDescription("n", NodeType.EFFECT, "r", c, e, m, "v", "E", "g", "w", "d"),
                new NodeDescription("n", NodeType.EFFECT, "r", c, e, m, "v", "e", "G", "w", "d"),
                new NodeDescription("n", NodeType.EFFECT, "r", c, e, m, "v", "e", "g", "W", "d"),
                new NodeDescription("n", NodeType.EFFECT, "r", c, e, m, "v", "e", "g", "w", "D"),
                node(CAPABILITIES.replace("1,2.50", "2.50,1"), METADATA, e));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void changesWithEachOfTheFields(NodeDescription changed) {
        assertThat(hash(changed)).isNotEqualTo(hash(NODE));
    }

    private static String hash(NodeDescription node) {
        return ContentHash.of(node, VOLATILE_METADATA);
    }

    private static NodeDescription node(String capabilities, String metadata, Map<String, String> endpoints) {
        return new NodeDescription("n", NodeType.EFFECT, "r", (ObjectNode) json(capabilities), endpoints,
                (ObjectNode) json(metadata), "v", "e", "g", "w", "d");
    }
}
