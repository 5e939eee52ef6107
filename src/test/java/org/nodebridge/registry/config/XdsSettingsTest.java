// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.config.value.SettingsReader;
import org.nodebridge.registry.servers.SelfSigned;

class XdsSettingsTest {

    private final Map<String, String> given = new HashMap<>();
    private final SettingsReader reader = new SettingsReader(key -> Optional.ofNullable(given.get(key)));

    private List<String> errors() {
        XdsSettings.read(reader);
        return reader.errors();
    }

    @Test
    void isOffAndWantsNothingByDefault() {
        assertThat(XdsSettings.read(reader).isOn()).isFalse();
        assertThat(reader.errors()).isEmpty();
    }

    @Test
    void theOrderOfRegionsIsAListWithCommas() {
        given.put("registry.xds.region-order", "us, eu");

        assertThat(XdsSettings.read(reader).regionOrder()).containsExactly("us", "eu");
        assertThat(reader.errors()).isEmpty();
    }

    @Test
    void doesNotStartWithoutTls() {
        given.put("registry.xds.port", "18000");

        assertThat(errors()).singleElement().asString().contains(
                "REGISTRY_XDS_PORT", "REGISTRY_XDS_CERTIFICATE_FILE", "REGISTRY_XDS_KEY_FILE", "REGISTRY_XDS_INSECURE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "10.0.0.1", "registry.example", "127.0.0.1.example", "::"})
    void isInsecureOnLoopbackOnly(String host) {
        given.putAll(Map.of("registry.xds.port", "18000", "registry.xds.insecure", "true", "registry.xds.host", host));

        assertThat(errors()).singleElement().asString().contains("REGISTRY_XDS_INSECURE", "REGISTRY_XDS_HOST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "localhost", "::1", "[::1]"})
    void mayBeInsecureThere(String host) {
        given.putAll(Map.of("registry.xds.port", "18000", "registry.xds.insecure", "true", "registry.xds.host", host));

        assertThat(errors()).isEmpty();
    }

    @Test
    void isEitherInsecureOrHasCertificates(@TempDir Path directory) {
        SelfSigned signed = SelfSigned.in(directory.resolve("tls"));
        given.putAll(Map.of(
                "registry.xds.port", "18000", "registry.xds.certificate-file", signed.certificate().toString(),
                "registry.xds.key-file", signed.key().toString()));

        assertThat(errors()).isEmpty();

        given.putAll(Map.of("registry.xds.insecure", "true", "registry.xds.host", "127.0.0.1"));

        assertThat(errors()).singleElement().asString().contains("REGISTRY_XDS_INSECURE");
    }
}
