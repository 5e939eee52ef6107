// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.start;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import org.nodebridge.registry.config.InvalidSettingsException;
import org.nodebridge.registry.config.RegistrySettings;
import org.slf4j.LoggerFactory;

/**
 * Refuses bad settings before any bean or channel exists, so that the message about them is the first and not the last
 * of a row. A server that holds only this application has nothing left to do then, so the process ends too, with status
 * 78 (EX_CONFIG); {@code registry.config.exit-on-error=false} leaves the server alone and only the application fails.
 */
public class SettingsExtension implements Extension {

    private static final int EX_CONFIG = 78;

    void check(@Observes BeforeBeanDiscovery discovery) {
        RegistrySettings settings;
        try {
            settings = SettingsProducer.current();
        } catch (InvalidSettingsException e) {
            LoggerFactory.getLogger(SettingsExtension.class).error(e.getMessage());
            if (SettingsProducer.exitOnError()) {
                Runtime.getRuntime().halt(EX_CONFIG);
            }
            throw e;
        }
        new BrokerNames(settings.retryDelay()).await(settings.kafka().bootstrapServers());
    }
}
