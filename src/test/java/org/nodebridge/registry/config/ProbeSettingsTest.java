// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeSettingsTest {

    private static ProbeSettings read(Map<String, String> given) {
        return RegistrySettings.read(key -> Optional.ofNullable(given.get(key))).probes();
    }

    @Test
    void hasATypesOwnValueBeforeThatOfAll() {
        ProbeSettings settings = read(Map.of(
                "registry.probe.interval", "PT20S",
                "registry.probe.effect.interval", "PT5S",
                "registry.probe.path", "/ready",
                "registry.probe.compute.path", "/health?deep=1"));

        assertThat(settings.interval("effect")).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.interval("orchestrator")).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.path("compute")).isEqualTo("/health?deep=1");
        assertThat(settings.path("reducer")).isEqualTo("/ready");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ready", "http://elsewhere/", "/a b", "/a#b", "/ü", "/%zz", "/a|b"})
    void stopsTheStartForWhatIsNoPath(String path) {
        assertThatThrownBy(() -> read(Map.of("registry.probe.effect.path", path)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("registry.probe.effect.path");
    }

    @Test
    void stopsTheStartForAFileThatHoldsNoCertificates(@TempDir Path files) throws Exception {
        Path file = Files.writeString(files.resolve("ca.pem"), "no certificate");

        assertThatThrownBy(() -> read(Map.of("registry.probe.ca-file", file.toString())))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("registry.probe.ca-file must name a PEM file of certificates");
    }
}
