// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;

/** What the Kafka clients that do not belong to a channel are given: the broker's address and its security. */
public final class KafkaClients {

    private static final String CONNECTOR_PREFIX = "mp.messaging.connector.smallrye-kafka.";

    private static final String READ_COMMITTED = "read_committed";

    private KafkaClients() {}

    /** Whether no reader, the incoming channel included, gets records of open and aborted transactions. */
    public static boolean readsCommittedOnly() {
        return ConfigProvider.getConfig()
                .getOptionalValue(ChannelSettings.INCOMING + "isolation.level", String.class)
                .orElse(READ_COMMITTED)
                .equals(READ_COMMITTED);
    }

    /**
     * A new map, for the caller to add its own to.
     *
     * @param names the settings that the kind of client knows
     */
    public static Map<String, Object> properties(KafkaSettings settings, Set<String> names) {
        Map<String, Object> properties = new HashMap<>(settings.security().clientProperties());
        // asked for by name, because a source such as the environment cannot list them in this spelling
        for (String name : names) {
            ConfigProvider.getConfig()
                    .getOptionalValue(CONNECTOR_PREFIX + name, String.class)
                    .ifPresent(value -> properties.put(name, value));
        }
        properties.put("bootstrap.servers", settings.bootstrapServers());
        return properties;
    }
}
