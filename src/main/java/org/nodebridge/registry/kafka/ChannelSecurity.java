// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import org.nodebridge.registry.config.KafkaSettings;

/** What the clients of all channels are given, unless a setting of Reactive Messaging says otherwise. */
@ApplicationScoped
public class ChannelSecurity {

    @Inject
    private KafkaSettings settings;

    /** Under the name that Reactive Messaging looks for. */
    @Produces
    @Identifier("default-kafka-broker")
    Map<String, Object> clientProperties() {
        return new HashMap<>(settings.security().clientProperties());
    }
}
