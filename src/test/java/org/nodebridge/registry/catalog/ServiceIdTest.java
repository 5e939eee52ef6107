// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceIdTest {

    /** As Go's strings.ToLower does: character by character, in every language. */
    private static String folded(String text) {
        StringBuilder folded = new StringBuilder();
        text.codePoints().map(Character::toLowerCase).forEach(folded::appendCodePoint);
        return folded.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "edge-8", "ns/a b", "zürich-東京-😀", "ß", "ı", "a~b", "0123456789abcdef0123456789abcdef"})
    void isTheNodesIdWhereCaseDoesNotMatter(String nodeId) {
        assertThat(ServiceId.of(nodeId)).isEqualTo(nodeId);
        assertThat(ServiceId.nodeId(nodeId)).isEqualTo(nodeId);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Edge-8", "EDGE-8", "\u212Aelvin", "\u0130x", "\u1E9E", "\u01C5", "\u2160", "\u0378"})
    void leadsBackToTheNodeWhoseIdFolds(String nodeId) {
        assertThat(ServiceId.of(nodeId)).startsWith(nodeId + "~").hasSize(nodeId.length() + 33);
        assertThat(ServiceId.nodeId(ServiceId.of(nodeId))).isEqualTo(nodeId);
    }

    @Test
    void neverFoldsToThatOfAnotherNodeEvenWhereTheOtherIsNamedAfterIt() {
        List<String> first = List.of(
                "edge-8", "Edge-8", "eDGE-8", "EDGE-8", "kelvin", "Kelvin", "\u212Aelvin", "\u0130", "I", "i", "\u0131",
                "\u1E9E", "ß", "Σ", "σ", "ς", "\u01C4", "\u01C5", "\u01C6");
        Set<String> nodes = new HashSet<>(first);
        for (int round = 0; round < 3; round++) {
            Set<String> more = new HashSet<>();
            nodes.forEach(node -> {
                more.add(ServiceId.of(node));
                more.add(folded(ServiceId.of(node)));
            });
            nodes.addAll(more);
        }

        assertThat(nodes.stream().map(node -> folded(ServiceId.of(node)))).doesNotHaveDuplicates();
        assertThat(nodes).allSatisfy(node -> assertThat(ServiceId.nodeId(ServiceId.of(node))).isEqualTo(node));
    }

    /** Or the proxy of one node would be where the entry of another is. */
    @Test
    void ofASidecarProxyIsThatOfNoNode() {
        Set<String> nodes = new HashSet<>(List.of("a", "A", "a-sidecar-proxy", "A-sidecar-proxy", "-sidecar-proxy"));
        for (int round = 0; round < 3; round++) {
            Set<String> more = new HashSet<>();
            nodes.forEach(node -> more.addAll(List.of(
                    ServiceId.of(node), ServiceId.ofSidecar(node), folded(ServiceId.ofSidecar(node)))));
            nodes.addAll(more);
        }

        assertThat(nodes.stream().flatMap(node -> Stream.of(ServiceId.of(node), ServiceId.ofSidecar(node)))
                .map(ServiceIdTest::folded)).doesNotHaveDuplicates();
        assertThat(nodes).allSatisfy(node -> {
            assertThat(ServiceId.nodeId(ServiceId.of(node))).isEqualTo(node);
            assertThat(ServiceId.isSidecar(ServiceId.of(node))).isFalse();
            assertThat(ServiceId.nodeId(ServiceId.beforeSidecar(ServiceId.ofSidecar(node)))).isEqualTo(node);
        });
        assertThat(ServiceId.ofSidecar("a")).isEqualTo("a-sidecar-proxy");
    }

    @Test
    void takesAnIdThatOnlyLooksLikeOneOfItsOwnForANodeOfThatName() {
        String made = "Edge-8~" + "0".repeat(32);

        assertThat(ServiceId.nodeId(made)).isEqualTo(made);
        assertThat(ServiceId.of(made)).isNotEqualTo(made);
    }
}
