// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** One client for administration for each broker, as tests ask several times a second. Safe from many threads. */
public final class SharedAdmin {

    private static final Map<String, Admin> OPEN = new HashMap<>();

    private SharedAdmin() {}

    /** The client of that broker; nobody closes it. Those of other brokers that have ended are closed. */
    public static synchronized Admin of(String bootstrapServers) {
        OPEN.entrySet().removeIf(other -> {
            boolean ended = !other.getKey().equals(bootstrapServers) && !FreePorts.isListenedOn(port(other.getKey()));
            if (ended) {
                // without waiting for the broker
                other.getValue().close(Duration.ZERO);
            }
            return ended;
        });
        return OPEN.computeIfAbsent(bootstrapServers, KafkaTopics::admin);
    }

    private static int port(String bootstrapServers) {
        return Integer.parseInt(bootstrapServers.substring(bootstrapServers.lastIndexOf(':') + 1));
    }
}
