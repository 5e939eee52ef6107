// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;

class EnvironmentInAnyLocaleTest {

    private final ConfigSource source = new EnvironmentInAnyLocale(Map.of(
            "REGISTRY_KAFKA_GROUP_ID", "group", "MP_MESSAGING_INCOMING_NODE_EVENTS_GROUP_ID", "channel"));

    @Test
    void findsWhatIsCalledAsMicroProfileConfigSaysAlsoInTurkish() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr-TR"));
        try {
            assertThat("registry.id".toUpperCase(Locale.getDefault())).isNotEqualTo("REGISTRY.ID");

            assertThat(source.getValue("registry.kafka.group-id")).isEqualTo("group");
            assertThat(source.getValue("mp.messaging.incoming.node-events.group.id")).isEqualTo("channel");
            assertThat(source.getValue("registry.id")).isNull();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void isFoundByTheContainerAndStandsBehindItsOwnSourceOnly() {
        assertThat(ServiceLoader.load(ConfigSource.class)).anySatisfy(
                found -> assertThat(found).isInstanceOf(EnvironmentInAnyLocale.class));
        assertThat(source.getOrdinal()).isBetween(200, 299);
    }
}
