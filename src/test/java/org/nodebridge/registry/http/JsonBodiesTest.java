// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.RegistrySettings;

class JsonBodiesTest {

    record Body(Object a) {}

    private static Body read(Map<String, String> given, String body) {
        RegistrySettings settings = RegistrySettings.read(key -> Optional.ofNullable(given.get(key)));
        return new JsonBodies(settings).read(body.getBytes(UTF_8), Body.class);
    }

    @Test
    void boundsABodyAsTheSettingsSay() {
        String tokens = "{\"a\": [" + "1,".repeat(150) + "1]}";
        String digits = "{\"a\": " + "1".repeat(30) + "}";

        assertThat(read(Map.of(), tokens).a()).isNotNull();
        assertThat(read(Map.of(), digits).a()).isNotNull();
        assertThatThrownBy(() -> read(Map.of("registry.limits.tokens", "100"), tokens))
                .isInstanceOf(InvalidInputException.class).hasMessageContaining("100 JSON tokens");
        assertThatThrownBy(() -> read(Map.of("registry.limits.number-digits", "20"), digits))
                .isInstanceOf(InvalidInputException.class).hasMessageContaining("20 digits");
    }

    @Test
    void takesAsMuchAsTheSettingsAllow() {
        String many = "{\"a\": [" + "1,".repeat(20_000) + "1]}";

        assertThatThrownBy(() -> read(Map.of(), many)).isInstanceOf(InvalidInputException.class);
        assertThat(read(Map.of("registry.limits.tokens", "100000"), many).a()).isNotNull();
    }
}
