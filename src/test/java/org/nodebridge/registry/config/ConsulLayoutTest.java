// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsulLayoutTest {

    private static final String FAILOVER = "registry.consul.failover-datacenters";

    private static ConsulLayout read(Map<String, String> settings) {
        return RegistrySettings.read(key -> Optional.ofNullable(settings.get(key))).consul().layout();
    }

    @Test
    void leadsCallersToNoOtherDatacenterUnlessThatIsSet() {
        assertThat(read(Map.of()).failoverDatacenters()).isEmpty();
        assertThat(read(Map.of(FAILOVER, "dc2, eu-west_3")).failoverDatacenters()).containsExactly("dc2", "eu-west_3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "dc2,dc2 | each once",
        "DC2     | lower-case",
        "dc2 dc3 | lower-case",
        "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q | 16 datacenters at most",
    })
    void namesWhatIsWrongWithDatacenters(String datacenters, String message) {
        assertThatThrownBy(() -> read(Map.of(FAILOVER, datacenters)))
                .isInstanceOf(InvalidSettingsException.class).hasMessageContaining(FAILOVER)
                .hasMessageContaining(message);
    }
}
