// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegionSettingsTest {

    private static RegionSettings read(Map<String, String> settings) {
        return RegistrySettings.read(key -> Optional.ofNullable(settings.get(key))).regions();
    }

    @Test
    void knowsNoOtherRegionAndTellsNothingUnlessItIsSet() {
        assertThat(read(Map.of()).exports()).isFalse();
        assertThat(read(Map.of()).others()).isEmpty();
    }

    @Test
    void keepsTheOrderInWhichCallersAreGivenNodes() {
        assertThat(read(Map.of("REGISTRY_REGION", "eu", "REGISTRY_REGIONS", "us, ap,sa")).others())
                .containsExactly("us", "ap", "sa");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "registry.region      | e u            | registry.region (REGISTRY_REGION) must be",
        "registry.regions     | us,eu          | must not name this registry's own region \"eu\"",
        "registry.regions     | us,us          | each once",
        "registry.regions     | us.ap          | of letters, digits",
        "registry.region.omit | metadata,status | registry.region.omit must not name any of",
    })
    void namesTheSettingThatIsWrong(String key, String value, String message) {
        assertThatThrownBy(() -> read(key.equals("registry.region")
                ? Map.of(key, value)
                : Map.of("registry.region", "eu", key, value)))
                .isInstanceOf(InvalidSettingsException.class).hasMessageContaining(message);
    }
}
