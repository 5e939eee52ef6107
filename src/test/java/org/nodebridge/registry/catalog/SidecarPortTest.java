// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeType;

class SidecarPortTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static SidecarPort port(String metadata, Map<String, String> endpoints) {
        try {
            return SidecarPort.of(
                    new NodeDescription(
                            "n", NodeType.EFFECT, null, JSON.createObjectNode(), endpoints,
                            (ObjectNode) JSON.readTree(metadata), null, null, null, null, null),
                    List.of("api", "health"));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static SidecarPort port(String metadata) {
        return port(metadata, Map.of("api", "http://10.0.0.1:8080/", "mesh", "tcp://10.0.0.1:20000"));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`',
            value = {"1, 1", "65535, 65535", "20000, 20000", "2e4, 20000", "20000.0, 20000", "`\"20000\"`, 20000"})
    void isAWholeNumberOrATextOfOne(String said, int port) {
        assertThat(port("{\"mesh_proxy_port\": " + said + "}")).isEqualTo(new SidecarPort(port, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"mesh_proxy_port\": null}"})
    void isNothingToSpeakOfWhereTheNodeNamesNone(String metadata) {
        assertThat(port(metadata)).isEqualTo(new SidecarPort(0, null));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
        "0             | is no port from 1 to 65535: 0",
        "-1            | is no port from 1 to 65535: -1",
        "70000         | is no port from 1 to 65535: 70000",
        "`\"70000\"`   | is no port from 1 to 65535: 70000",
        "1e99          | is no port from 1 to 65535: 1.0E99",
        "20000.5       | is no port from 1 to 65535: 20000.5",
        "4294987296    | is no port from 1 to 65535: 4294987296",
        "18446744073709571616 | is no port from 1 to 65535: 18446744073709571616",
        "`\"http\"`    | is no port from 1 to 65535: http",
        "true          | is no port from 1 to 65535: true",
        "[20000]       | is no port from 1 to 65535: array",
        "{}            | is no port from 1 to 65535: object",
        "8080          | is the port of the endpoint api itself: 8080"
    })
    void saysWhyItCannotBeUsed(String said, String why) {
        assertThat(port("{\"mesh_proxy_port\": " + said + "}"))
                .isEqualTo(new SidecarPort(0, "metadata.mesh_proxy_port " + why));
    }

    @ParameterizedTest
    @ValueSource(ints = 300)
    void showsNoMoreOfItThanItTakes(int length) {
        assertThat(port("{\"mesh_proxy_port\": \"" + "x".repeat(length) + "\"}").problem()).hasSizeLessThan(120);
    }

    @ParameterizedTest
    @ValueSource(strings = "{\"mesh_proxy_port\": 20000}")
    void isOfNoUseToANodeThatCannotBeCalled(String metadata) {
        assertThat(port(metadata, Map.of()))
                .isEqualTo(new SidecarPort(
                        0, "metadata.mesh_proxy_port is of no use: the node names no endpoint"));
    }
}
