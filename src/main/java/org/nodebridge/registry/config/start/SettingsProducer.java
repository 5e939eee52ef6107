// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.start;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.PostgresSettings;
import org.nodebridge.registry.config.ProbeSettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.SecuritySettings;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.config.value.SettingsReader;

/** Gives beans the settings; {@link SettingsExtension} has refused bad ones before any bean exists. */
@ApplicationScoped
public class SettingsProducer {

    private final RegistrySettings settings = current();

    static RegistrySettings current() {
        Config config = ConfigProvider.getConfig();
        return RegistrySettings.read(new SettingsReader(
                key -> config.getOptionalValue(key, String.class),
                key -> Optional.ofNullable(config.getConfigValue(key).getRawValue())));
    }

    static boolean exitOnError() {
        return ConfigProvider.getConfig()
                .getOptionalValue("registry.config.exit-on-error", Boolean.class)
                .orElse(true);
    }

    @Produces
    public RegistrySettings settings() {
        return settings;
    }

    @Produces
    public KafkaSettings kafka() {
        return settings.kafka();
    }

    @Produces
    public PostgresSettings postgres() {
        return settings.postgres();
    }

    @Produces
    public ConsulSettings consul() {
        return settings.consul();
    }

    @Produces
    public SecuritySettings security() {
        return settings.security();
    }

    @Produces
    public ProbeSettings probe() {
        return settings.probes();
    }
}
