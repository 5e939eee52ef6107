// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleSettingsTest {

    private static final String KEY = "registry.console.link.grafana";
    private static final String DOCS = "registry.console.link.docs";

    private static ConsoleSettings read(Map<String, String> settings) {
        return RegistrySettings.read(key -> Optional.ofNullable(settings.get(key))).console();
    }

    @Test
    void linksNowhereUnlessItIsSet() {
        assertThat(read(Map.of())).isEqualTo(new ConsoleSettings("", "", "", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "https://grafana.example/d/node?var-node={node_id}&var-type={node_type}", "http://10.0.0.7:3000",
        "HTTPS://[::1]:8500/ui/dc1/services/{service}#{topic}"
    })
    void takesUrlsWithPlaceholders(String template) {
        assertThat(read(Map.of(KEY, template)).grafanaLink()).isEqualTo(template);
    }

    /** A node chooses its id, so it must not choose the server; and every reader sees the template. */
    @ParameterizedTest
    @ValueSource(strings = {
        "javascript:alert(1)", "grafana.example/d", "ftp://grafana.example/", "https://", "https:///d/{node_id}",
        "https://{node_id}.example/", "https://grafana.example:{node_id}/", "https://admin:secret@grafana.example/",
        "https://grafana.example/{node}", "https://grafana.example/{node_id", "https://grafana.example/a b",
        "https://grafana.example/\"onclick=", "https://grafana.example\\@elsewhere.example/"
    })
    void refusesAllElseByTheNameOfTheSetting(String template) {
        assertThatThrownBy(() -> read(Map.of(KEY, template))).isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(KEY + " must be an http or https URL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://git.example/registry/blob/main/", "http://10.0.0.7/raw?path="})
    void takesWhatPrecedesThePathOfADocument(String prefix) {
        assertThat(read(Map.of(DOCS, prefix)).docsLink()).isEqualTo(prefix);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "https://git.example/registry/blob/main", "https://git.example/{topic}/", "javascript:alert(1)/", "docs/"
    })
    void refusesADocumentsPrefixToWhichNoPathCanBeAppended(String prefix) {
        assertThatThrownBy(() -> read(Map.of(DOCS, prefix))).isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(DOCS + " must be an http or https URL")
                .hasMessageContaining("ends with / or =");
    }

    @Test
    void refusesALinkThatIsTooLong() {
        assertThatThrownBy(() -> read(Map.of(KEY, "https://grafana.example/" + "x".repeat(2048))))
                .isInstanceOf(InvalidSettingsException.class);
    }
}
